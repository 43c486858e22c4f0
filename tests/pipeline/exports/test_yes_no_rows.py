"""Yes-no questions on the way from people and networks to table, verdict and report."""

from __future__ import annotations

import io
from collections import Counter
from itertools import product

import pandas as pd
import pytest

from pipeline.analysis.analysis_request import request_analysis
from pipeline.attacks.strongest import accuracy_together, attacks_by_level
from pipeline.exports.files import FILES
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.loop.level_state import facts
from study.models import StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from study.robots import Curve
from tests.pipeline.answered import add_run
from tests.pipeline.studies import work_off
from tests.remembered import remembered
from tests.study.factories import add_photos, draft_study, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
DESIGN = {"task": "yes_no", "test_photos": 8, "trials_per_person": 18, "floor": 0.6, "ceiling": 0.55}


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """People are always right; the machine takes every cropped photo for the next class."""
    version = open_study_version(**DESIGN)
    levels = list(version.study.levels.all())
    add_photos(version.study.categories.all(), "validation", levels[1:], 2)
    for _ in range(8):
        play_to_the_end(player(version))
    for seed, level in product(range(2), levels):
        skill = 1.0 if level.number == 0 else 0.0
        add_run(version.study, level.number, seed, skill, validated={level.number: skill})
    return version


def table(version: StudyVersion, file: str = "trials.csv") -> pd.DataFrame:
    return pd.read_csv(io.StringIO("".join(FILES[file](version, Mode.LIVE))))


@pytest.mark.thorough
def test_a_persons_row_tells_question_answer_and_guessing(version: StudyVersion) -> None:
    rows = table(version).query("agent_type == 'human' and block_type == 'test'")
    shown = rows["asked"] == rows["category"]
    assert ((rows["response"] == "yes") == shown).all()
    assert (rows["correct"] == 1).all()
    assert set(rows["chance"]) == {0.5}
    assert set(rows["choices"]) == {"yes|no"}
    assert set(rows["choice_positions"]) <= {"yes|no", "no|yes"}
    halves = Counter(zip(rows["agent_id"], rows["crop_level"], shown, strict=True))
    assert set(halves.values()) == {3}


def test_the_machine_answers_the_two_questions_about_each_photo_that_people_get(
    version: StudyVersion,
) -> None:
    rows = table(version).query("agent_type == 'model'")
    names, foils = version.frozen.class_names, plan_of(version).foils
    for (_, item, _), asked in rows.groupby(["agent_id", "item_id", "crop_level"]):
        assert set(asked["asked"]) == {asked["category"].iloc[0], names[foils[item]]}
    whole, cropped = rows[rows["crop_level"] == 0], rows[rows["crop_level"] > 0]
    assert (whole["correct"] == 1).all()
    own = cropped["asked"] == cropped["category"]
    assert (cropped[own]["response"] == "no").all()
    assert 0.3 < (cropped[~own]["response"] == "yes").mean() < 0.7  # where the next class is the foil
    assert rows["row_id"].is_unique


@pytest.mark.thorough
def test_the_verdict_and_the_report_are_about_the_questions(version: StudyVersion) -> None:
    analysis = request_analysis(version.study, Mode.LIVE)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    assert analysis.result["sweet_levels"] == [1, 2]
    level = analysis.result["levels"][1]
    assert level["machine"]["estimate"] == pytest.approx(0.25, abs=0.01)  # half of the foils, no own class
    by_place = {
        (row["crop_level"], row["observers"]): row for row in analysis.secondary["d_prime"]["numbers"]
    }
    assert by_place[0, "people"]["hit"]["estimate"] == 1.0
    assert by_place[1, "machine"]["sensitivity"]["d_prime"] < 0
    assert "named none" in analysis.secondary["confusion"]["reason"]
    assert not any("repeat an observer" in warning for warning in analysis.result["warnings"])
    assert any("yes or no" in line for line in preregistration_of(version).design)


def test_layouts_that_know_named_classes_only_stay_empty(version: StudyVersion) -> None:
    assert table(version, "model_vs_human.csv").empty


@pytest.mark.thorough
def test_predictions_keep_the_probabilities_and_ask_about_validation_photos_too(
    version: StudyVersion,
) -> None:
    study = version.study
    add_photos(study.categories.all(), "validation", study.levels.all(), 2)
    add_run(study, 2, 9, skill=0.5, validated={1: 1.0, 2: 0.0})
    rows = table(version, "predictions.csv").query("split == 'validation' and agent_id == 'net-seed9'")
    assert len(rows) > 0
    assert (rows.groupby("stimulus_id")["asked"].nunique() == 2).all()
    assert (rows.query("crop_level == 1")["correct"] == 1).all()
    assert rows[["prob_dribble", "prob_dunk", "prob_shoot"]].sum(axis=1).round(3).eq(1).all()


def test_the_loop_judges_attackers_by_all_questions_about_validation_photos() -> None:
    study = draft_study(task="yes_no", seeds=2, architectures=["net"], ceiling=0.6, floor=0.8)
    add_photos(study.categories.all(), "validation", study.levels.all()[1:], 4)
    for seed in range(2):
        add_run(study, 1, seed, skill=0.9, validated={0: 1.0, 1: 0.0})
    by_level = attacks_by_level(study.attacker_runs.attackers())
    assert by_level[0][0].accuracies == (1.0, 1.0)
    # Wrong about its own class, and about one of two others:
    assert by_level[1][0].accuracies == pytest.approx((0.25, 0.25))
    assert accuracy_together(by_level[1][0], 1) == pytest.approx(0.25)
    study.attacker_runs.update(corrected_accuracy=0.99)  # of classes: no answer to these questions
    assert facts(study)[1].best == pytest.approx(0.25)


def test_an_attacker_that_answered_no_validation_photo_is_none_on_that_level() -> None:
    study = draft_study(task="yes_no", seeds=1, architectures=["net"])
    add_run(study, 1, 0, skill=0.9)
    assert attacks_by_level(study.attacker_runs.attackers()) == {}


def test_robots_guess_at_one_half_where_nothing_is_in_sight() -> None:
    from study.robots import InSight

    assert Curve().probability(InSight(0.0, 100.0), 2) == 0.5
