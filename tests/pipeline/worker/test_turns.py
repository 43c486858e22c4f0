"""A free worker first takes what a killed one has left behind, even where it must wait for that a while."""

from __future__ import annotations

import mmap
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.models.job_params import CropParams, ImportParams
from pipeline.queue import orderly_stop, silent_jobs
from pipeline.queue.claims import LEASE, claim
from pipeline.queue.job_requests import enqueue, request_cancel
from pipeline.worker import turns
from study.models import Study
from tests.pipeline.queue.job_rows import claimed, let_the_lease_run_out, queued
from tests.pipeline.studies import make_study

SECOND = timedelta(seconds=1)


@pytest.fixture
def study(db: None) -> Study:
    return make_study()


@pytest.fixture
def left_behind(study: Study) -> Job:
    """A job whose worker was killed five seconds ago."""
    job = queued(study)
    claimed(job, "killed worker")
    Job.objects.filter(pk=job.pk).update(lease_until=F("lease_until") - 5 * SECOND)
    return job


@pytest.fixture
def waiting(study: Study) -> Job:
    return enqueue(study, Job.Kind.CROP, "crop:l1", CropParams(1))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the worker has waited; nobody else does anything, and five pauses are half a minute."""
    slept: list[float] = []

    def pass_the_time(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 5:
            Job.objects.filter(state=Job.State.RUNNING).update(lease_until=Now() - SECOND)

    monkeypatch.setattr(silent_jobs.time, "sleep", pass_the_time)
    return slept


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker begins, in this order; it claims, and does no more."""
    keys: list[str] = []

    def begin(number: int) -> None:
        ours = claim(number, "next worker")
        if ours:
            keys.append(ours.job.key)

    monkeypatch.setattr(turns, "perform", begin)
    return keys


def test_what_was_left_behind_comes_before_what_is_queued(
    left_behind: Job, waiting: Job, pauses: list[float], begun: list[str]
) -> None:
    turns.take_turn("gpu", waiting.pk)
    assert begun == ["crop:l0", "crop:l1"]
    assert len(pauses) == 5


def test_a_worker_that_shows_a_sign_after_all_keeps_its_job(
    left_behind: Job, waiting: Job, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = Job.objects.filter(pk=left_behind.pk)
    monkeypatch.setattr(silent_jobs.time, "sleep", lambda _: renew.update(lease_until=Now() + LEASE))
    turns.take_turn("gpu", waiting.pk)
    assert begun == ["crop:l1"]
    left_behind.refresh_from_db()
    assert (left_behind.worker, left_behind.attempts) == ("killed worker", 1)


def test_nobody_waits_for_a_worker_that_shows_its_signs(
    study: Study, waiting: Job, pauses: list[float], begun: list[str]
) -> None:
    claimed(queued(study))
    turns.take_turn("gpu", waiting.pk)
    assert (begun, pauses) == (["crop:l1"], [])


def test_nobody_waits_for_jobs_of_another_queue(
    left_behind: Job, study: Study, pauses: list[float], begun: list[str]
) -> None:
    reading = enqueue(study, Job.Kind.READ, "read:1", ImportParams(1))
    turns.take_turn("cpu", reading.pk)
    assert (begun, pauses) == (["read:1"], [])


@pytest.mark.parametrize("end", ["attempts", "cancel"])
def test_nobody_waits_for_a_job_that_may_not_be_tried_again(
    left_behind: Job, waiting: Job, pauses: list[float], begun: list[str], end: str
) -> None:
    if end == "attempts":
        Job.objects.filter(pk=left_behind.pk).update(attempts=Job.MAX_ATTEMPTS)
    else:
        request_cancel(left_behind)
    turns.take_turn("gpu", waiting.pk)
    assert (begun, pauses) == (["crop:l1"], [])


def test_a_job_whose_lease_has_run_out_is_taken_at_once(
    left_behind: Job, waiting: Job, pauses: list[float], begun: list[str]
) -> None:
    let_the_lease_run_out(left_behind)
    turns.take_turn("gpu", waiting.pk)
    assert (begun, pauses) == (["crop:l0", "crop:l1"], [])


def test_a_job_that_is_delivered_again_because_its_child_was_killed_is_taken_by_the_next_child(
    study: Study, pauses: list[float], begun: list[str]
) -> None:
    job = queued(study)
    claimed(job, "killed child")
    turns.take_turn("gpu", job.pk)
    assert (begun, len(pauses)) == (["crop:l0"], 5)


def test_a_worker_that_was_asked_to_stop_waits_for_nothing(
    left_behind: Job, waiting: Job, pauses: list[float], begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orderly_stop, "_asked", mmap.mmap(-1, 1))
    orderly_stop.ask_to_stop()
    turns.take_turn("gpu", waiting.pk)
    assert pauses == []
