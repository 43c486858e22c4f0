"""Which rows count; every refusal says where and what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats import TableError, verdict
from stats.table.tidy import tidy
from tests.stats.tables import block, table


@pytest.fixture
def study() -> pd.DataFrame:
    return table(block("human", 6, 20, 12), block("model", 3, 20, 6))


def human_estimate(trials: pd.DataFrame) -> float:
    return verdict(trials).levels[0].human.estimate


@pytest.mark.parametrize("column", ["agent_type", "agent_id", "item_id", "category", "crop_level", "correct"])
def test_a_missing_column_is_named(study: pd.DataFrame, column: str) -> None:
    with pytest.raises(TableError, match=f"missing column {column}"):
        verdict(study.drop(columns=column))


@pytest.mark.parametrize("wrong", [2, -1, 0.5, "yes", None])
def test_correct_must_be_0_or_1(study: pd.DataFrame, wrong: object) -> None:
    study["correct"] = study["correct"].astype(object)
    study.loc[7, "correct"] = wrong
    with pytest.raises(TableError, match=r"row 7: correct must be 0 or 1"):
        verdict(study)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("agent_type", "robot", "must be one of human, model, found 'robot'"),
        ("agent_type", None, "must be one of human, model, found a blank cell"),
        ("agent_id", None, "agent_id must not be blank"),
        ("crop_level", "light", "crop_level must be a number"),
        ("crop_level", np.inf, "crop_level must be a number"),
        ("category", "shoot", "differs from an earlier row of this item_id"),
    ],
)
def test_a_value_that_a_column_cannot_take_is_refused(
    study: pd.DataFrame, column: str, value: object, message: str
) -> None:
    study[column] = study[column].astype(object)
    study.loc[130, column] = value
    with pytest.raises(TableError, match=f"row 130: .*{message}"):
        verdict(study)


def test_an_empty_table_is_refused(study: pd.DataFrame) -> None:
    with pytest.raises(TableError, match="no trials"):
        verdict(study.iloc[:0])


def test_timeouts_count_as_wrong_and_answered_trials_are_shown_beside(study: pd.DataFrame) -> None:
    study["response_status"] = "answered"
    study["correct"] = study["correct"].astype(float)
    late = study.index[(study["agent_type"] == "human") & (study["correct"] == 1)][:20]
    study.loc[late, "response_status"] = "timeout"
    study.loc[late, "correct"] = np.nan
    level = verdict(study).levels[0]
    assert level.human.estimate == pytest.approx((120 - 12 - 20) / 120)
    assert level.robustness["human_answered_only"].estimate == pytest.approx((120 - 12 - 20) / 100)


def test_a_late_answer_that_was_right_is_still_wrong(study: pd.DataFrame) -> None:
    study["response_status"] = "answered"
    right = study.index[(study["agent_type"] == "human") & (study["correct"] == 1)][:6]
    study.loc[right, "response_status"] = "timeout"
    assert human_estimate(study) == pytest.approx((120 - 12 - 6) / 120)


def test_excluded_rows_are_not_counted_but_shown_beside(study: pd.DataFrame) -> None:
    study["excluded_trial"] = False
    study["excluded_participant"] = ""
    wrong = study.index[(study["agent_type"] == "human") & (study["correct"] == 0)]
    study.loc[wrong[:6], "excluded_trial"] = True
    study.loc[wrong[6:], "excluded_participant"] = "1"
    level = verdict(study).levels[0]
    assert level.human.estimate == 1
    assert level.robustness["human_all_in"].estimate == pytest.approx(108 / 120)


def test_practice_and_catch_trials_never_count(study: pd.DataFrame) -> None:
    wrong = (study["agent_type"] == "human") & (study["correct"] == 0)
    study["block_type"] = np.where(wrong, "practice", "test")
    study.loc[wrong.idxmax(), "block_type"] = "catch"
    assert human_estimate(study) == 1


def test_a_machine_needs_no_block_but_a_person_does(study: pd.DataFrame) -> None:
    study["block_type"] = np.where(study["agent_type"] == "human", "test", None)
    assert human_estimate(study) == pytest.approx(0.9)
    study.loc[0, "block_type"] = None
    with pytest.raises(TableError, match="row 0: block_type"):
        verdict(study)


def test_modes_are_never_mixed_silently(study: pd.DataFrame) -> None:
    people = study.index[study["agent_type"] == "human"]
    study["mode"] = None
    study.loc[people, "mode"] = "live"
    study.loc[people[:30], "mode"] = "simulated"
    with pytest.raises(TableError, match="mixes modes live, simulated"):
        verdict(study)
    answer = verdict(study, mode="live")
    assert answer.levels[0].human.n_trials == 90
    assert any("live only" in warning for warning in answer.warnings)


def test_previews_never_count(study: pd.DataFrame) -> None:
    people = study.index[study["agent_type"] == "human"]
    study["mode"] = "live"
    study.loc[people[:30], "mode"] = "preview"
    assert verdict(study).levels[0].human.n_trials == 90


def test_aborted_and_open_trials_are_no_trials(study: pd.DataFrame) -> None:
    study["correct"] = study["correct"].astype(float)
    study["response_status"] = "answered"
    study.loc[[0, 1], "response_status"] = "aborted"
    study.loc[2, ["response_status", "correct"]] = [None, np.nan]
    checked = tidy(study)
    assert len(checked.trials) == len(study) - 3
    dropped = {reason: count for reason, count in checked.dropped.items() if count}
    assert dropped == {"aborted trials": 2, "trials not yet answered": 1}


def test_only_test_photos_count(study: pd.DataFrame) -> None:
    study["split"] = "test"
    wrong = study.index[(study["agent_type"] == "model") & (study["correct"] == 0)]
    study.loc[wrong, "split"] = "validation"
    assert verdict(study).levels[0].machine.estimate == 1


def test_pooling_several_architectures_at_a_level_is_warned_of(study: pd.DataFrame) -> None:
    study["architecture"] = np.where(study["agent_id"] == "m0", "resnet", "vgg")
    study.loc[study["agent_type"] == "human", "architecture"] = None
    assert any("several values of architecture" in warning for warning in verdict(study).warnings)


def test_the_index_of_a_data_frame_does_not_matter(study: pd.DataFrame) -> None:
    relabelled = study.set_index(pd.Index(range(1000, 1000 + len(study))[::-1]))
    assert verdict(relabelled).levels == verdict(study).levels


@pytest.mark.thorough
def test_different_pixels_for_people_and_machine_are_warned_of(study: pd.DataFrame) -> None:
    study["stim_sha256"] = study["item_id"]
    assert not any("pixels" in warning for warning in verdict(study).warnings)
    study.loc[(study["agent_type"] == "model") & (study["item_id"] == "dunk3"), "stim_sha256"] = "other"
    assert any("different pixels of 1 stimuli" in warning for warning in verdict(study).warnings)


def test_a_photo_seen_at_two_levels_by_one_person_is_warned_of(study: pd.DataFrame) -> None:
    again = study.loc[study["agent_type"] == "human"].head(4).assign(crop_level=1)
    warnings = verdict(pd.concat([study, again])).warnings
    assert any("again at another level 4 times" in warning for warning in warnings)
