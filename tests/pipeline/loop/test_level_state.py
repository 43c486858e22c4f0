"""The state of a level's attackers, as the flow chart gets it."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from pipeline.attacks.strongest import accuracy_together, attacks_by_level
from pipeline.loop.level_state import facts
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import AttackerRun, Check, Job, Prediction
from study.models import Stimulus, Study
from tests.pipeline.answered import add_run
from tests.pipeline.check_results import stored_result
from tests.study.factories import add_photos, draft_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Every attacker is right on half of the photos."""
    study = draft_study(seeds=2, architectures=["net"])
    for seed in range(2):
        add_run(study, 1, seed, skill=0.5)
    return study


@pytest.mark.thorough
def test_an_attacker_that_class_offsets_make_stronger_counts_with_them(study: Study) -> None:
    assert facts(study)[1].best == pytest.approx(0.5)
    study.attacker_runs.update(corrected_accuracy=0.8)
    assert facts(study)[1].best == pytest.approx(0.8)
    study.attacker_runs.update(corrected_accuracy=0.4)
    assert facts(study)[1].best == pytest.approx(0.5)


def _answer_apart(study: Study, runs: list[AttackerRun]) -> None:
    """Let one of two seeds surely recognise each photo, and the other barely miss it."""
    add_photos(study.categories.all(), "validation", study.levels.all(), 4)
    categories = list(study.categories.all())
    stimuli = Stimulus.objects.filter(level__number=1, item__split="validation").order_by("pk")
    for number, stimulus in enumerate(stimuli):
        position = stimulus.item.category.position
        for seed, run in enumerate(runs):
            right = (number + seed) % 2 == 0
            chosen = position if right else (position + 1) % len(categories)
            logits = (4.0 if right else 1.0) * np.eye(len(categories))[chosen]
            Prediction.objects.create(
                run=run, stimulus=stimulus, logits=logits.tolist(), response=categories[chosen], correct=right
            )


def test_all_seeds_together_count_where_no_attack_holds_the_level_alone(study: Study) -> None:
    _answer_apart(study, list(study.attacker_runs.order_by("seed")))
    assert facts(study)[1].best == pytest.approx(1.0)
    assert any(
        "all its seeds together: the machine is not defeated" in caution for caution in cautions_of(study)
    )
    study.ceiling = 0.45  # one of them is not below that: nobody has to ask
    assert facts(study)[1].best == pytest.approx(0.5)


@pytest.mark.sampled
@pytest.mark.parametrize(("reached", "warns"), [(0.4, True), (0.49, False), (None, False)])
def test_a_report_warns_where_the_curve_is_of_a_weaker_recipe(
    study: Study, reached: float | None, warns: bool
) -> None:
    """The attack is at .5, the study's epsilon .02."""
    job = Job.objects.create(
        study=study, kind=Job.Kind.CHECK, key="curve", state=Job.State.SUCCEEDED, ring_after=timezone.now()
    )
    gain = stored_result("curve")["gain"] | {"estimate": 0.001, "low": -0.001, "high": 0.005}
    result = stored_result("curve", gain=gain, stand_in=reached, concern=False, settings={})
    Check.objects.create(study=study, job=job, level=1, kind=Check.Kind.CURVE, result=result)
    assert any("weaker than the attack" in caution for caution in cautions_of(study)) == warns


@pytest.mark.thorough
def test_a_single_seed_has_nobody_to_answer_with(study: Study) -> None:
    study.attacker_runs.filter(seed=1).delete()
    _answer_apart(study, list(study.attacker_runs.all()))
    (attack,) = attacks_by_level(study.attacker_runs.attackers())[1]
    assert accuracy_together(attack, 1) is None


@pytest.mark.thorough
def test_one_lucky_seed_with_offsets_does_not_count(study: Study) -> None:
    lucky = add_run(study, 1, 0, skill=0.1, round=2)
    AttackerRun.objects.filter(pk=lucky.pk).update(corrected_accuracy=1.0)
    assert facts(study)[1].best == pytest.approx(0.5)


@pytest.mark.thorough
def test_an_attack_trained_on_heavier_crops_counts_too(study: Study) -> None:
    add_photos(study.categories.all(), "validation", study.levels.all(), 4)
    for seed in range(2):
        add_run(study, 2, seed, skill=0.0, validated={1: 1.0})
    assert facts(study)[1].best == pytest.approx(1.0)
    assert facts(study)[2].best == pytest.approx(0.0)
