"""A word for no value is a blank in every column, whichever analysis reads it; a class may be called so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats import TableError, verdict
from stats.decision.criteria import Criteria
from stats.decision.from_counts import verdict_from_counts
from stats.decision.warnings import architectures
from stats.designs.factor_study import factor_study
from stats.designs.minimal_crops.crop_trees import crop_trees
from stats.planning.monitoring import monitor
from stats.planning.simulated_studies import simulate
from stats.psychophysics.confusion import NO_ANSWER, confusions
from stats.table.tidy import tidy
from tests.stats.tables import block, table

WORDS = ("NA", "n/a", "None", "null", "NaN", "#N/A", "undefined")


@pytest.fixture
def study() -> pd.DataFrame:
    return table(block("human", 6, 20, 12), block("model", 3, 20, 6))


@pytest.mark.sampled
@pytest.mark.parametrize("word", WORDS)
def test_photos_without_a_known_source_are_not_one_cluster(study: pd.DataFrame, word: str) -> None:
    assert verdict(study.assign(source_id=word)).levels == verdict(study.assign(source_id="")).levels
    counts = study.groupby(["agent_type", "agent_id", "item_id", "category", "crop_level"])["correct"]
    totals = counts.agg(n_correct="sum", n="size").reset_index()
    of_word, of_blank = (
        verdict_from_counts(totals.assign(source_id=source), Criteria()) for source in (word, "")
    )
    assert of_word.levels == of_blank.levels


@pytest.mark.parametrize("column", ["agent_id", "item_id"])
@pytest.mark.parametrize("word", WORDS)
def test_nobody_and_no_photo_is_called_so(study: pd.DataFrame, column: str, word: str) -> None:
    study.loc[3, column] = word
    with pytest.raises(TableError, match=f"row 3: {column} must not be blank, or a word .*{word}"):
        verdict(study)


def test_an_answer_of_that_name_is_no_answer_unless_a_class_has_it(study: pd.DataFrame) -> None:
    given = np.where(study["correct"] == 1, study["category"], "NA")
    assert confusions(study.assign(response=given))[0].responses == ("dunk", NO_ANSWER)
    study["category"] = np.where(study["item_id"] == "dunk0", "NA", "dunk")
    assert confusions(study.assign(response=given))[0].responses == ("NA", "dunk")


def test_a_network_without_a_known_architecture_has_none(study: pd.DataFrame) -> None:
    trials = tidy(study.assign(architecture="n/a")).primary
    assert architectures(trials[~trials["human"]]) is None


@pytest.mark.parametrize("factor", ["group", "condition"])
def test_a_word_is_no_group_and_no_condition(factor: str) -> None:
    trials = simulate([0.95, 0.6], np.random.default_rng(0), n_agents=6, n_items=12)
    trials["mask"] = np.where(trials["agent_id"] < "h3", "on", "none")
    with pytest.raises(TableError, match=r"mask must not be blank for people, or a word .*'none'"):
        factor_study(trials, **{factor: "mask"})
    assert factor_study(trials.replace({"mask": {"none": "off"}}), **{factor: "mask"})


def test_a_crop_without_a_parent_is_a_whole_photo(study: pd.DataFrame) -> None:
    trees = crop_trees(study.assign(parent_id="None"))
    assert trees.never_shown == ()
    assert np.unique(trees.tree).size == 20


def test_a_word_is_no_onset(study: pd.DataFrame) -> None:
    assert monitor(study.assign(onset_utc="NA"), planned=12).people == 6
    with pytest.raises(TableError, match=r"row 0: onset_utc must be a time such as .*found 'yesterday'"):
        monitor(study.assign(onset_utc="yesterday"), planned=12)
