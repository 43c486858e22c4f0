"""The loop with a real network on small photos: cut, test, retrain, stop; killed, resumed, finished once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.db.models.functions import Now

import attacker
from attacker import Example, Progress
from attacker.errors import OutOfMemoryError
from pipeline.attacks.enqueue import queue_attack
from pipeline.attacks.strongest import machine_by_level
from pipeline.attacks.train_run import _Clock, _report, _weights
from pipeline.crops import cut_level
from pipeline.loop import advance as loop
from pipeline.loop.advance import LoopRefusedError
from pipeline.loop.decisions import Decision, Step
from pipeline.loop.level_facts import LevelFacts
from pipeline.loop.level_state import facts
from pipeline.models import AttackerRun, Job, Loop
from pipeline.queue import claims, job_requests, reaper
from pipeline.worker import execute
from study.models import Item, Stimulus, Study
from tests.pipeline.answered import add_run
from tests.pipeline.studies import imported_study, make_study, work_off

pytestmark = pytest.mark.django_db
AssertQueries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def study() -> Study:
    return imported_study(sides=(1.0, 0.5), minimum_levels=1)


def test_the_loop_needs_photos_and_says_so() -> None:
    with pytest.raises(LoopRefusedError, match="has no photos"):
        loop.start(make_study())


@pytest.mark.thorough
def test_a_worker_killed_between_two_levels_leaves_nothing_half_done(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies while it renders; the next one goes on with the photos that are missing."""
    loop.start(study)
    job = study.jobs.get(key="crop:l0")
    _die_after(monkeypatch, photos=10)
    with pytest.raises(KeyboardInterrupt):
        execute.perform(job.pk)
    assert Stimulus.objects.filter(level__study=study).count() == 10
    monkeypatch.undo()
    assert claims.claim(job.pk, "too early") is None
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
    reaper.reap()
    execute.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.SUCCEEDED, 2)
    assert Stimulus.objects.filter(level__study=study).count() == study.items.count()


def test_a_researchers_stop_ends_the_loop_and_a_new_start_goes_on(study: Study) -> None:
    loop.start(study)
    loop.stop(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.STOPPED
    assert study.jobs.get().state == Job.State.CANCELLED
    assert loop.start(study).state == Loop.State.RUNNING
    assert study.jobs.get().state == Job.State.QUEUED


def test_a_failed_job_fails_the_loop_with_its_message(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_disk(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(cut_level, "render", no_disk)
    loop.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FAILED
    assert "No space left on device" in study.loop.reason
    assert "image_size" not in study.loop.reason


def test_an_error_for_lack_of_memory_names_the_settings_of_a_study(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OutOfMemoryError("out of memory; lower batch_size or image_size")

    monkeypatch.setattr(cut_level, "render", no_room)
    loop.start(study)
    work_off(study)
    assert "lower batch_size or image_size. A study's form has image_size" in study.jobs.get().error


def test_the_time_of_a_run_counts_all_its_attempts(study: Study) -> None:
    """An attempt is stopped after its first epoch; the next one goes on counting from there."""
    run = queue_attack(study, study.architectures[0], seed=0, trained_through=0)
    claimed, epoch = (
        claims.claim(run.job_id, "one"),
        Progress("head", 1, 9, 0.1, validation_accuracy=0.5),
    )
    assert claimed is not None
    clock = SimpleNamespace(seconds=7200.0)
    _report(run, claimed, clock, epoch)
    run.refresh_from_db()
    assert run.seconds == 7200.0
    assert 7200 < _Clock(run).seconds < 7260


def test_the_loop_waits_for_people_to_review_the_crops(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(review_required=True)
    study.refresh_from_db()
    assert not facts(study)[1].awaits_review
    level = study.levels.get(number=1)
    for item in study.items.filter(split=Item.Split.TEST):
        _stimulus(item, level)
    assert facts(study)[1].awaits_review
    level.stimuli.update(review=Stimulus.Review.APPROVED)
    assert not facts(study)[1].awaits_review


def test_a_loop_that_waited_for_a_review_runs_again(study: Study) -> None:
    loop.start(study)
    Loop.objects.filter(study=study).update(state=Loop.State.WAITING)
    study.jobs.all().delete()
    loop.advance_all()
    study.loop.refresh_from_db()
    assert (study.loop.state, study.jobs.count()) == (Loop.State.RUNNING, 1)


def test_a_start_is_refused_while_the_loop_is_still_stopping(study: Study) -> None:
    loop.start(study)
    claims.claim(study.jobs.get().pk, "busy")
    loop.stop(study)
    with pytest.raises(LoopRefusedError, match="still stopping"):
        loop.start(study)


def test_a_retried_analysis_starts_no_loop(study: Study) -> None:
    loop.start(study)
    loop.stop(study)
    job = job_requests.enqueue(study, Job.Kind.ANALYSE, "analyse:1")
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    assert loop.retry(job)
    assert not loop.retry(job)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.STOPPED


def test_what_a_run_learns_does_not_change_when_it_is_resumed(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumed on another device, where a borderline photo is answered differently."""
    first = add_run(study, 0, seed=0, skill=1.0)
    again = add_run(study, 0, seed=0, skill=1.0, round=2)
    again.warm_from = first
    examples = [Example(Path("x"), label, "x", 0, "x") for label in (0, 1)]
    monkeypatch.setattr(attacker, "load", lambda folder: folder)
    weights = []
    for logits in (np.eye(2), np.eye(2)[::-1]):
        monkeypatch.setattr(attacker, "predict", lambda *_, _l=logits, **__: SimpleNamespace(logits=_l))
        weights.append(_weights(again, examples, SimpleNamespace(should_stop=None)))
    assert weights == [[1.0, 1.0], [1.0, 1.0]]


def test_a_run_that_was_queued_by_hand_does_not_steer_the_loop(study: Study) -> None:
    """One lucky seed of another network is no round, is not the strongest, and may fail."""
    loop.start(study)
    lucky = add_run(study, 0, seed=7, skill=1.0, net="other")
    own = [add_run(study, 0, seed=seed, skill=0.5, net=study.architectures[0]) for seed in range(study.seeds)]
    assert facts(study)[0].rounds == ((0.5, 0.5),)
    assert machine_by_level(study)[0].runs == tuple(own)
    AttackerRun.objects.filter(pk=own[1].pk).delete()
    assert facts(study)[0].rounds == ()
    Job.objects.filter(pk=lucky.job_id).update(state=Job.State.FAILED)
    loop.advance(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.RUNNING


def test_a_decision_whose_jobs_are_done_ends_the_loop_instead_of_being_taken_for_ever(study: Study) -> None:
    loop.start(study)
    study.jobs.update(state=Job.State.SUCCEEDED)  # and yet not a photo is rendered
    loop.advance(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FAILED
    assert "'crop' at level 0, but the jobs for it are done" in study.loop.reason


def test_the_state_of_the_levels_is_read_once_for_each_decision(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    studies = []

    def counted(study: Study) -> list[LevelFacts]:
        studies.append(study)
        return facts(study)

    monkeypatch.setattr(loop, "facts", counted)
    loop.start(study)
    assert len(studies) == 1
    study.jobs.all().delete()
    loop.advance(study)
    assert len(studies) == 2


def test_a_decision_takes_no_more_queries_for_more_attacks(
    study: Study, django_assert_max_num_queries: AssertQueries
) -> None:
    """Attacks and checks are read once for all levels; each level only adds the count of its stimuli."""
    for through, seed, round in product((0, 1), range(study.seeds), (1, 2, 3)):
        add_run(study, through, seed, skill=0.9, net=study.architectures[0], round=round)
    with django_assert_max_num_queries(10 + study.levels.count()):
        facts(study)


def test_a_long_reason_is_stored_whole(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "Machine at 0.655, below 0.75. " * 20
    monkeypatch.setattr(loop, "decide", lambda *_: Decision(Step.STOP, 0, reason))
    loop.start(study)
    study.loop.refresh_from_db()
    assert study.loop.reason == reason
    assert study.loop.entries.get().reason == reason


def test_one_broken_study_does_not_hold_up_the_others(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    advanced = []
    for broken in (study, make_study("Another")):
        Loop.objects.create(study=broken)

    def advance(study: Study) -> None:
        advanced.append(study)
        raise ValueError("broken")

    monkeypatch.setattr(loop, "advance", advance)
    loop.advance_all()
    assert len(advanced) == 2


def _stimulus(item: Item, level: object) -> None:
    Stimulus.objects.create(
        item=item,
        level=level,
        sha256="0",
        width=1,
        height=1,
        left=0,
        top=0,
        window_width=0.5,
        window_height=0.5,
    )


def _die_after(monkeypatch: pytest.MonkeyPatch, photos: int) -> None:
    """Let the process be torn down in the middle of rendering: no handler of ours gets to run."""
    rendered = 0
    render = cut_level.render

    def render_or_die(*args: object, **kwargs: object) -> object:
        nonlocal rendered
        if rendered == photos:
            raise KeyboardInterrupt
        rendered += 1
        return render(*args, **kwargs)

    monkeypatch.setattr(cut_level, "render", render_or_die)
