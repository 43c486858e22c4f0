"""Ensembles: the architectures of one seed and round, averaged."""

from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from pipeline import facts
from pipeline.answering import write_answers
from pipeline.attacks import queue_attackers, queue_ensembles
from pipeline.combining import NothingToAverage, averaged, combine
from pipeline.jobs import claim
from pipeline.models import ENSEMBLE, AttackerRun, Job
from pipeline.stimuli import render
from study.models import Stimulus, Study
from tests.pipeline.studies import draw_photos, import_folder, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two architectures that are trained, each unsure where the other knows."""
    study = make_study(architectures=["one", "two"], seeds=1)
    import_folder(study, draw_photos(tmp_path / "photos"))
    for item in study.items.filter(split__in=["validation", "test"]):
        render(item, study.levels.get(number=0))
    queue_attackers(study, trained_through=0, round=1)
    Job.objects.update(state=Job.State.SUCCEEDED, finished_at=timezone.now())
    for parity, run in enumerate(study.attacker_runs.order_by("architecture")):
        write_answers(
            run, stimuli(study), np.array([logits(s, n, parity) for n, s in enumerate(stimuli(study))])
        )
        AttackerRun.objects.filter(pk=run.pk).update(validation_accuracy=0.5)
    return study


def stimuli(study: Study) -> list[Stimulus]:
    return list(Stimulus.objects.filter(item__study=study).order_by("pk"))


def logits(stimulus: Stimulus, number: int, parity: int) -> list[float]:
    """Sure and right on every second photo; a little wrong on the others."""
    sure = number % 2 == parity
    right = stimulus.item.category.position
    return [(4.0 if sure else -0.5) if position == right else 0.0 for position in range(2)]


def test_networks_that_know_different_photos_are_stronger_together(study: Study) -> None:
    assert not facts.facts(study)[0].combined
    queue_ensembles(study, trained_through=0)
    run = study.attacker_runs.get(architecture=ENSEMBLE)
    claimed = claim(run.job_id, "test")
    combine(claimed)()
    run.refresh_from_db()
    assert run.validation_accuracy == 1.0
    assert all(prediction.correct for prediction in run.predictions.all())
    assert run.predictions.count() == len(stimuli(study))


def test_the_strongest_of_a_level_may_be_an_ensemble_and_then_it_counts(study: Study) -> None:
    test_networks_that_know_different_photos_are_stronger_together(study)
    Job.objects.update(state=Job.State.SUCCEEDED)
    counted = study.attacker_runs.attackers().trained().strongest()
    assert [run.architecture for run in counted] == [ENSEMBLE]
    assert facts.rounds_of(study, 0) == ((1.0,),)
    assert facts.facts(study)[0].combined


def test_one_architecture_needs_no_average(study: Study) -> None:
    study.architectures = ["one"]
    assert facts.facts(study)[0].combined


def test_a_member_that_has_not_answered_is_named(study: Study) -> None:
    queue_ensembles(study, trained_through=0)
    study.attacker_runs.get(architecture="two").predictions.all().delete()
    with pytest.raises(NothingToAverage, match=r"two seed 0.*retry"):
        averaged(study.attacker_runs.get(architecture=ENSEMBLE), stimuli(study))
