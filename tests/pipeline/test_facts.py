"""What the flow chart is told of a level's attackers."""

import pytest

from pipeline.facts import best_of
from pipeline.models import AttackerRun
from study.models import Study
from tests.pipeline.answered import add_run
from tests.study.factories import add_photos, draft_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Every attacker is right on half of the photos."""
    study = draft_study(seeds=2, architectures=["net"])
    for seed in range(2):
        add_run(study, 1, seed, skill=0.5)
    return study


def test_an_attacker_that_class_offsets_make_stronger_counts_with_them(study: Study) -> None:
    assert best_of(study, 1) == pytest.approx(0.5)
    study.attacker_runs.update(corrected_accuracy=0.8)
    assert best_of(study, 1) == pytest.approx(0.8)
    study.attacker_runs.update(corrected_accuracy=0.4)
    assert best_of(study, 1) == pytest.approx(0.5)


def test_one_lucky_seed_with_offsets_does_not_count(study: Study) -> None:
    lucky = add_run(study, 1, 0, skill=0.1, round=2)
    AttackerRun.objects.filter(pk=lucky.pk).update(corrected_accuracy=1.0)
    assert best_of(study, 1) == pytest.approx(0.5)


def test_an_attack_trained_on_heavier_crops_counts_too(study: Study) -> None:
    add_photos(study.categories.all(), "validation", study.levels.all(), 4)
    for seed in range(2):
        add_run(study, 2, seed, skill=0.0, validated={1: 1.0})
    assert best_of(study, 1) == pytest.approx(1.0)
    assert best_of(study, 2) == pytest.approx(0.0)
