"""Two photos to choose between on the way from people and networks to table, verdict and report."""

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
from study.models import Item, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from tests.pipeline.answered import add_run
from tests.pipeline.studies import work_off
from tests.remembered import remembered
from tests.study.factories import add_photos, draft_study, open_study_version, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db
DESIGN = {"task": "two_photos", "test_photos": 16, "validation_photos": 12, "trials_per_person": 18}
DESIGN |= {"floor": 0.6, "ceiling": 0.55}


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
def test_a_persons_row_tells_both_photos_their_places_and_guessing(version: StudyVersion) -> None:
    rows = table(version).query("agent_type == 'human' and block_type == 'test'")
    assert (rows["response"] == rows["category"]).all()
    assert (rows["correct"] == 1).all()
    assert (rows["category"] != rows["beside_category"]).all()
    assert set(rows["chance"]) == {0.5}
    assert set(rows["pair_question"]) == {"which"}
    for row in rows.itertuples():
        assert row.choice_positions.split("|").index(row.category) == row.photo_place
        assert set(row.choices.split("|")) == {row.category, row.beside_category}
    sides = Counter(zip(rows["agent_id"], rows["crop_level"], rows["photo_place"], strict=True))
    assert set(sides.values()) == {3}


def test_both_photos_of_a_pair_are_of_one_source_in_rows_of_people_and_machine(version: StudyVersion) -> None:
    rows = table(version).query("block_type == 'test'")
    sources = rows.groupby("source_id")["item_id"].agg(set)
    pairs = {
        frozenset(photo.item for photo in pair)
        for groups in plan_of(version).pairs
        for group in groups
        for pair in group
    }
    assert {frozenset(items) for items in sources} == pairs


@pytest.mark.thorough
def test_photos_of_one_source_join_their_pairs() -> None:
    version = open_study_version(**DESIGN)
    (first, second), *_ = (
        (pair[0].item, pair[1].item) for group in plan_of(version).pairs[0] for pair in group
    )
    (third, _), *_ = ((pair[0].item, pair[1].item) for pair in plan_of(version).pairs[0][-1])
    Item.objects.filter(pk__in=[first, third]).update(cluster="one shoot")
    for _ in range(6):
        play_to_the_end(player(version))
    rows = table(version).query("block_type == 'test'")
    joined = rows[rows["item_id"].isin([first, second, third])]
    assert len(set(joined["source_id"])) == 1


@pytest.mark.thorough
def test_the_machine_is_asked_about_both_photos_of_each_pair(version: StudyVersion) -> None:
    rows = table(version).query("agent_type == 'model'")
    assert (rows.groupby(["agent_id", "crop_level"])["item_id"].nunique() == 48).all()
    for (_, _, _), asked in rows.groupby(["agent_id", "source_id", "crop_level"]):
        first, second = asked.to_dict("records")
        assert first["item_id"] == second["beside_item_id"]
        assert {first["photo_place"], second["photo_place"]} == {0, 1}
    whole, cropped = rows[rows["crop_level"] == 0], rows[rows["crop_level"] > 0]
    assert (whole["correct"] == 1).all()
    # The partner of the next class is taken for a photo of the class after it, the photo itself for the next:
    assert cropped["correct"].mean() < 0.5
    assert (cropped["correct"] == (cropped["response"] == cropped["category"])).all()
    assert rows["row_id"].is_unique


@pytest.mark.thorough
def test_the_verdict_and_the_report_are_about_the_choices(version: StudyVersion) -> None:
    analysis = request_analysis(version.study, Mode.LIVE)
    work_off(version.study)
    analysis.refresh_from_db()
    assert analysis.job.error == ""
    assert analysis.result["sweet_levels"] == [1, 2]
    by_place = {(row["crop_level"], row["observers"]): row for row in analysis.secondary["sides"]["numbers"]}
    assert by_place[0, "people"]["right_first"]["estimate"] == 1.0
    assert by_place[1, "machine"]["sensitivity"]["d_prime"] < 0
    assert "compared two photos" in analysis.secondary["confusion"]["reason"]
    assert any("Two photos of different classes" in line for line in preregistration_of(version).design)


def test_layouts_that_know_named_classes_only_stay_empty(version: StudyVersion) -> None:
    assert table(version, "model_vs_human.csv").empty


@pytest.mark.thorough
def test_predictions_pair_validation_photos_among_their_like(version: StudyVersion) -> None:
    rows = table(version, "predictions.csv").query("split == 'validation'")
    assert len(rows) > 0
    validation = set(Item.objects.filter(split="validation").values_list("pk", flat=True))
    assert set(rows["item_id"]) | set(rows["beside_item_id"]) <= validation
    assert rows[["prob_dribble", "prob_dunk", "prob_shoot"]].sum(axis=1).round(3).eq(1).all()


def test_the_loop_judges_attackers_by_all_choices_between_validation_photos() -> None:
    study = draft_study(task="two_photos", seeds=2, architectures=["net"], ceiling=0.6, floor=0.8)
    add_photos(study.categories.all(), "validation", study.levels.all()[1:], 4)
    for seed in range(2):
        add_run(study, 1, seed, skill=0.9, validated={0: 1.0, 1: 0.0})
    by_level = attacks_by_level(study.attacker_runs.attackers())
    assert by_level[0][0].accuracies == (1.0, 1.0)
    # Each photo is taken for one of the next class. Against one of two others it is then wrong, against the
    # other, which is called neither, the two are alike.
    assert by_level[1][0].accuracies == pytest.approx((0.25, 0.25))
    assert accuracy_together(by_level[1][0], 1) == pytest.approx(0.25)
    study.attacker_runs.update(corrected_accuracy=0.99)  # of classes: no answer to these questions
    assert facts(study)[1].best == pytest.approx(0.25)
