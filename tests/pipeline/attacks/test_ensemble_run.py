"""Ensembles: the architectures of one seed and round, averaged."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.utils import timezone

import attacker
from attacker import TrainedAttacker
from attacker.errors import LeakError
from attacker.training.trained import RunRecord
from pipeline.attacks import transfer_tests
from pipeline.attacks.enqueue import queue_attackers, queue_ensembles
from pipeline.attacks.ensemble_run import MissingAnswersError, averaged, combine
from pipeline.attacks.predictions import StimulusChangedError, predicted, write_answers
from pipeline.attacks.strongest import Recipe, machine_by_level
from pipeline.crops.changed_crops import recrop
from pipeline.crops.stimuli import render
from pipeline.crops.windows import Window
from pipeline.exports.study_rows import run_row
from pipeline.loop import level_state
from pipeline.models import ENSEMBLE, AttackerRun, Job
from pipeline.queue.claims import claim
from study.models import Stimulus, Study
from tests.pipeline.answered import add_run
from tests.pipeline.studies import imported_study, work_off
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def study() -> Study:
    """Two architectures that are trained, each unsure where the other knows."""
    study = imported_study(architectures=["one", "two"], seeds=1)
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
    assert level_state.facts(study)[0].lacks_ensembles == 1
    queue_ensembles(study, trained_through=0, round=1)
    run = study.attacker_runs.get(architecture=ENSEMBLE)
    claimed = claim(run.job_id, "test")
    combine(claimed)()
    run.refresh_from_db()
    assert run.validation_accuracy == 1.0
    assert json.loads(run_row(run)["offsets"]) == run.offsets
    assert all(prediction.correct for prediction in run.predictions.all())
    assert run.predictions.count() == len(stimuli(study))


def test_a_level_that_is_cut_and_not_tested_yet_is_averaged_by_its_test(study: Study) -> None:
    for item in study.items.filter(split="test"):
        render(item, study.levels.get(number=1))
    queue_ensembles(study, trained_through=0, round=1)
    run = study.attacker_runs.get(architecture=ENSEMBLE)
    claimed = claim(run.job_id, "test")
    combine(claimed)()
    assert set(run.predictions.values_list("stimulus__level__number", flat=True)) == {0}
    test = {"kind": Job.Kind.TEST, "key": "test:l1", "params": {"level": 1}, "state": Job.State.SUCCEEDED}
    Job.objects.create(study=study, ring_after=timezone.now(), **test)
    with pytest.raises(MissingAnswersError, match="has not answered"):
        combine(claimed)


def test_an_average_of_all_networks_there_are_is_not_made_again(study: Study) -> None:
    test_networks_that_know_different_photos_are_stronger_together(study)
    Job.objects.update(state=Job.State.SUCCEEDED)
    queue_ensembles(study, trained_through=0, round=1)
    assert not study.jobs.unfinished().exists()
    study.architectures = ["one", "three", "two"]
    queue_ensembles(study, trained_through=0, round=1)
    assert study.jobs.unfinished().get().run.architecture == ENSEMBLE


@pytest.mark.thorough
def test_the_strongest_of_a_level_may_be_an_ensemble_and_then_it_counts(study: Study) -> None:
    test_networks_that_know_different_photos_are_stronger_together(study)
    Job.objects.update(state=Job.State.SUCCEEDED)
    assert machine_by_level(study)[0].recipe == Recipe(0, 1, ENSEMBLE)
    assert level_state.facts(study)[0].rounds == ((1.0,),)
    assert level_state.facts(study)[0].lacks_ensembles is None


def test_a_crop_that_is_cut_again_is_answered_again_by_everyone_who_had_answered(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_networks_that_know_different_photos_are_stronger_together(study)
    Job.objects.update(state=Job.State.SUCCEEDED)
    stimulus = stimuli(study)[0]
    recrop(stimulus, Window(0.2, 0.2, 0.5, 0.5))
    assert not stimulus.predictions.exists()
    monkeypatch.setattr(attacker, "load", lambda folder: folder)
    monkeypatch.setattr(
        transfer_tests,
        "predicted",
        lambda _, stimuli, claim: np.array([[0.0, 3.0] for tested in stimuli if tested.pk == stimulus.pk]),
    )
    assert work_off(study) == 1
    assert study.jobs.latest("pk").state == Job.State.SUCCEEDED
    assert {prediction.run.architecture for prediction in stimulus.predictions.all()} == {
        "one",
        "two",
        ENSEMBLE,
    }
    for run in study.attacker_runs.all():
        assert run.predictions.count() == len(stimuli(study))


def test_answers_to_pixels_that_are_gone_are_not_written(study: Study) -> None:
    answered = stimuli(study)
    Stimulus.objects.filter(pk=answered[3].pk).update(sha256="other")
    with pytest.raises(StimulusChangedError, match="retry this job"):
        write_answers(study.attacker_runs.first(), answered, np.zeros((len(answered), 2)))


def test_a_network_that_has_learned_from_a_photo_may_not_be_tested_on_it(study: Study) -> None:
    record = RunRecord(None, (), "", (stimuli(study)[0].item.cluster,), {})
    network = TrainedAttacker(None, None, (), record, None)
    with pytest.raises(LeakError, match="trained on"):
        predicted(network, stimuli(study), None)


def test_a_network_that_was_queued_by_hand_is_averaged_into_nothing(study: Study) -> None:
    queue_ensembles(study, trained_through=0, round=1)
    add_run(study, 0, seed=0, skill=1.0, net="by hand")
    members = study.attacker_runs.get(architecture=ENSEMBLE).members()
    assert [run.architecture for run in members] == ["one", "two"]


def test_one_architecture_needs_no_average(study: Study) -> None:
    study.architectures = ["one"]
    assert level_state.facts(study)[0].lacks_ensembles is None


def test_a_member_that_has_not_answered_is_named(study: Study) -> None:
    queue_ensembles(study, trained_through=0, round=1)
    study.attacker_runs.get(architecture="two").predictions.all().delete()
    with pytest.raises(MissingAnswersError, match=r"two seed 0.*retry"):
        averaged(study.attacker_runs.get(architecture=ENSEMBLE), stimuli(study))
