"""One tidy table: people and the machine that counts, in the same columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.exports import predicted_rows, trial_rows
from pipeline.exports.files import FILES
from pipeline.models import AttackerRun, Prediction
from stats.inference.look_shares import LookPlan
from stats.planning.frozen_plan import read_plan
from study import sessions
from study.models import Stimulus, StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.answered import add_run, answered_version, predict
from tests.study.factories import NOW, add_photos, player
from tests.study.playing import play_block, play_to_the_end

# Of grids, of an own questionnaire, and of what an analysis stored.
OF_OTHER_DESIGNS = ("tiles.csv", "questionnaire.csv", "machines.csv", "machine_pairs.csv")
pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> StudyVersion:
    return answered_version()


def read(lines: Iterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_every_answered_trial_is_one_row_practice_and_catch_included(version: StudyVersion) -> None:
    rows = list(trial_rows.human_rows(version, Mode.SIMULATED))
    assert len(rows) == Trial.objects.answered().count()
    assert {row["block_type"] for row in rows} == {"practice", "test", "catch"}
    assert all(row["correct"] == 1 for row in rows)
    assert len({row["row_id"] for row in rows}) == len(rows)


def test_the_modes_are_never_mixed(version: StudyVersion) -> None:
    play_to_the_end(player(version, mode=Mode.LIVE))
    live, simulated = (list(trial_rows.human_rows(version, mode)) for mode in (Mode.LIVE, Mode.SIMULATED))
    assert {row["mode"] for row in live} == {"live"}
    assert not {row["agent_id"] for row in live} & {row["agent_id"] for row in simulated}


@pytest.mark.parametrize("name", ["participants.csv", "sessions.csv"])
def test_files_about_people_hold_one_mode_and_nobody_who_withdrew(version: StudyVersion, name: str) -> None:
    live, gone = player(version, mode=Mode.LIVE), player(version, mode=Mode.LIVE)
    sessions.withdraw(gone.token, NOW)
    rows = read(FILES[name](version, Mode.LIVE))
    assert [row["agent_id"] for row in rows] == [live.participant.public_id]


def test_an_unfinished_session_stays_in_the_table_and_is_flagged(version: StudyVersion) -> None:
    session = player(version, mode=Mode.SIMULATED)
    play_block(session)
    rows = [row for row in trial_rows.human_rows(version, Mode.SIMULATED) if row["excluded_participant"]]
    assert rows
    assert {row["agent_id"] for row in rows} == {session.participant.public_id}
    assert {row["exclusion_reason"] for row in rows} == {"incomplete"}


@pytest.mark.thorough
def test_the_machine_of_a_level_is_the_attacker_that_validation_prefers(version: StudyVersion) -> None:
    strong = [add_run(version.study, 1, seed, skill=0.5, net="a stronger net") for seed in range(2)]
    rows = [row for row in predicted_rows.machine_rows(version, Mode.SIMULATED) if row["crop_level"] == 1]
    assert {row["session_id"] for row in rows} == {f"run{run.pk}" for run in strong}


def test_a_later_round_counts_only_where_it_is_stronger(version: StudyVersion) -> None:
    add_run(version.study, through=0, seed=0, skill=0.5, round=2)
    rows = [row for row in predicted_rows.machine_rows(version, Mode.SIMULATED) if row["crop_level"] == 0]
    assert {row["correct"] for row in rows} == {1}


@pytest.fixture
def validated(version: StudyVersion) -> StudyVersion:
    """With validation photos at every level."""
    add_photos(version.study.categories.all(), "validation", version.study.levels.all(), 4)
    return version


@pytest.mark.thorough
def test_an_attacker_of_heavier_crops_counts_where_it_is_the_strongest(validated: StudyVersion) -> None:
    """It was trained on the lighter ones too; validation photos of the level decide, never test photos."""
    heavier = [
        add_run(validated.study, 2, seed, skill=0.0, net="heavier", validated={1: 0.5}) for seed in range(2)
    ]
    for rows in (
        predicted_rows.machine_rows(validated, Mode.SIMULATED),
        predicted_rows.validated_machine_rows(validated),
    ):
        counted = {(row["crop_level"], row["session_id"]) for row in rows}
        assert {run for level, run in counted if level == 1} == {f"run{run.pk}" for run in heavier}
        assert not {run for level, run in counted if level == 0} & {f"run{run.pk}" for run in heavier}


@pytest.mark.thorough
def test_one_seed_of_a_heavier_attacker_does_not_count_beside_complete_ones(validated: StudyVersion) -> None:
    add_run(validated.study, 2, 0, skill=0.0, net="lucky", validated={1: 1.0})
    rows = [row for row in predicted_rows.machine_rows(validated, Mode.SIMULATED) if row["crop_level"] == 1]
    assert {row["agent_id"].rpartition("-")[0] for row in rows} == {"net"}


@pytest.mark.thorough
def test_an_attacker_of_lighter_crops_never_counts(validated: StudyVersion) -> None:
    for seed in range(2):
        add_run(validated.study, 0, seed, skill=1.0, net="lighter", validated={1: 1.0})
    rows = [row for row in predicted_rows.machine_rows(validated, Mode.SIMULATED) if row["crop_level"] == 1]
    assert {row["agent_id"].rpartition("-")[0] for row in rows} == {"net"}


@pytest.mark.thorough
def test_the_machine_is_asked_about_exactly_the_frozen_photos(version: StudyVersion) -> None:
    frozen = {pk for item in version.config["items"] for pk, _ in item["stimuli"]}
    shown = Stimulus.objects.for_people().filter(level__number=1).first()
    Stimulus.objects.filter(pk=shown.pk).update(review=Stimulus.Review.DISCARDED)
    add_photos(version.study.categories.all(), "test", version.study.levels.all(), 1)
    Prediction.objects.all().delete()
    for run in AttackerRun.objects.all():
        predict(run, skill=1.0)
    for rows in (
        predicted_rows.machine_rows(version, Mode.SIMULATED),
        predicted_rows.all_predictions(version),
    ):
        assert {row["stimulus_id"] for row in rows} == frozen


def test_people_and_machine_were_asked_about_the_same_files(version: StudyVersion) -> None:
    people = {
        row["stim_sha256"]
        for row in trial_rows.human_rows(version, "simulated")
        if row["block_type"] == "test"
    }
    machine = {row["stim_sha256"] for row in predicted_rows.machine_rows(version, "simulated")}
    assert people
    assert people <= machine


def test_the_probabilities_are_those_of_the_logits(version: StudyVersion) -> None:
    row = next(predicted_rows.machine_rows(version, Mode.SIMULATED))
    shares = [row[f"prob_{name}"] for name in ("dribble", "dunk", "shoot")]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert max(shares) == row[f"prob_{row['response']}"]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "name", [name for name in FILES if name.endswith(".csv") and name not in OF_OTHER_DESIGNS]
)
def test_every_file_has_rows_and_no_row_has_too_many_cells(version: StudyVersion, name: str) -> None:
    rows = read(FILES[name](version, Mode.SIMULATED))
    assert rows
    assert all(None not in row for row in rows)


@pytest.mark.thorough
def test_a_class_named_like_a_formula_does_not_run_in_a_spreadsheet() -> None:
    version = answered_version(people=1, classes=("=1+1", "dunk"))
    rows = read(FILES["trials.csv"](version, Mode.SIMULATED))
    assert {row["category"] for row in rows} == {"'=1+1", "dunk"}


def test_the_description_is_json_with_the_frozen_design(version: StudyVersion) -> None:
    text = "".join(FILES["dataset_description.json"](version, Mode.SIMULATED))
    assert json.loads(text)["configHash"] == version.config_hash


def test_the_statistics_read_the_planned_looks_from_the_exported_design(tmp_path: Path) -> None:
    version = answered_version(people=1, look_plan="planned", look_shares=[0.25, 1], target_completes=8)
    exported = tmp_path / "dataset_description.json"
    exported.write_text("".join(FILES["dataset_description.json"](version, Mode.SIMULATED)))
    plan = read_plan(exported)
    assert (plan.look_plan, plan.look_shares, plan.people) == (LookPlan.PLANNED, (0.25, 1), 8)


@pytest.mark.thorough
def test_nobodys_external_identity_is_in_any_file(version: StudyVersion) -> None:
    text = "".join("".join(make(version, Mode.SIMULATED)) for make in FILES.values())
    assert "prolific" not in text.lower()


@pytest.mark.thorough
def test_more_people_take_no_more_queries(version: StudyVersion) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert "".join(FILES["trials.csv"](version, Mode.LIVE))
        return len(asked)

    for _ in range(2):
        play_to_the_end(player(version, mode=Mode.LIVE))
    of_two = queries()
    for _ in range(6):
        play_to_the_end(player(version, mode=Mode.LIVE))
    assert queries() == of_two
