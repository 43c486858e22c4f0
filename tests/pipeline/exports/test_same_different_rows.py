"""Comparisons of two photos on the way from people and networks to table, verdict and report."""

from __future__ import annotations

import io
from itertools import product

import pandas as pd
import pytest

from pipeline.analysis.analysis_request import request_analysis
from pipeline.attacks.strongest import attacks_by_level
from pipeline.exports.files import FILES
from pipeline.exports.registering.preregistration import preregistration_of
from study.models import StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import add_run
from tests.pipeline.studies import work_off
from tests.remembered import remembered
from tests.study.factories import add_photos, draft_study, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
DESIGN = {"task": "same_different", "test_photos": 24, "validation_photos": 12, "trials_per_person": 18}
DESIGN |= {"floor": 0.6, "ceiling": 0.55}


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """People are always right; the machine is right about every whole photo, and about no cropped one."""
    version = open_study_version(**DESIGN)
    for _ in range(6):
        play_to_the_end(player(version))
    levels = list(version.study.levels.all())
    add_photos(version.study.categories.all(), "validation", levels[1:], 2)
    for seed, level in product(range(2), levels):
        skill = 1.0 if level.number == 0 else 0.0
        add_run(version.study, level.number, seed, skill, validated={level.number: skill})
    return version


def table(version: StudyVersion, file: str = "trials.csv") -> pd.DataFrame:
    return pd.read_csv(io.StringIO("".join(FILES[file](version, Mode.LIVE))))


@pytest.mark.thorough
def test_rows_of_people_and_machine_tell_both_photos_and_what_was_said(version: StudyVersion) -> None:
    rows = table(version).query("block_type == 'test'")
    assert set(rows["pair_question"]) == {"same"}
    assert set(rows["choices"]) == {"same|different"}
    assert set(rows["chance"]) == {0.5}
    same = rows["category"] == rows["beside_category"]
    assert (((rows["response"] == "same") == same) == (rows["correct"] == 1)).all()
    people, machine = (rows[rows["agent_type"] == kind] for kind in ("human", "model"))
    assert (people["correct"] == 1).all()
    assert same[people.index].mean() == 0.5
    assert len(machine) > 0
    assert (machine.query("crop_level == 0")["correct"] == 1).all()
    pairs = machine.groupby(["agent_id", "crop_level"])["item_id"]
    assert (pairs.size() == pairs.nunique()).all()
    assert not set(machine["item_id"]) & set(machine["beside_item_id"])
    assert set(people["source_id"]) <= set(machine["source_id"])


@pytest.mark.thorough
def test_the_verdict_and_the_report_are_about_the_comparisons(version: StudyVersion) -> None:
    analysis = request_analysis(version.study, Mode.LIVE)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    rows = {(row["crop_level"], row["observers"]): row for row in analysis.secondary["d_prime"]["numbers"]}
    assert rows[0, "people"]["hit"]["estimate"] == 1.0
    assert rows[0, "people"]["sensitivity"]["d_prime"] > 2
    assert "compared two photos" in analysis.secondary["confusion"]["reason"]
    assert any("whether they show the same class" in line for line in preregistration_of(version).design)


def test_the_loop_judges_attackers_by_all_comparisons_of_validation_photos() -> None:
    study = draft_study(task="same_different", seeds=1, architectures=["net"])
    add_run(study, 0, 0, skill=0.9, validated={0: 1.0})
    assert attacks_by_level(study.attacker_runs.attackers())[0][0].accuracies == (1.0,)
