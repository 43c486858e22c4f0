"""A job is a row: claimed once, written by its owner only, never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue import job_lifecycle, notify
from pipeline.queue.job_lifecycle import Cancelled, LostOwnership
from study.models import Study
from tests.pipeline.studies import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the jobs that a bell was rung for."""
    heard: list[str] = []

    def ring(job: Job) -> bool:
        heard.append(job.key)
        return True

    monkeypatch.setattr(job_lifecycle, "ring", ring)
    monkeypatch.setattr(notify, "ring", ring)
    return heard


@pytest.fixture
def study() -> Study:
    return make_study()


def queued(study: Study, key: str = "crop:l0") -> Job:
    return job_lifecycle.enqueue(study, Job.Kind.CROP, key, level=0)


def fall_silent(job: Job) -> None:
    """As if the worker had been killed half a minute ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_asking_twice_for_the_same_work_makes_one_job(
    study: Study, rung: list[str], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert queued(study).pk == queued(study).pk
    assert rung == ["crop:l0"]


def test_only_one_of_two_workers_gets_the_job(study: Study) -> None:
    job = queued(study)
    first, second = job_lifecycle.claim(job.pk, "one"), job_lifecycle.claim(job.pk, "two")
    assert first is not None
    assert second is None
    job.refresh_from_db()
    assert (job.state, job.worker, job.attempts) == (Job.State.RUNNING, "one", 1)


def test_a_silent_workers_job_is_taken_over_and_its_late_writes_change_nothing(study: Study) -> None:
    job = queued(study)
    lost = job_lifecycle.claim(job.pk, "one")
    fall_silent(job)
    taken = job_lifecycle.claim(job.pk, "two")
    assert lost is not None
    assert taken is not None
    taken.progress(0.5, "half")
    with pytest.raises(LostOwnership):
        lost.progress(0.9, "from the grave")
    assert lost.finish(Job.State.SUCCEEDED) is False
    job.refresh_from_db()
    assert (job.state, job.progress, job.message) == (Job.State.RUNNING, 0.5, "half")
    assert taken.finish(Job.State.SUCCEEDED) is True


def test_a_renewed_lease_keeps_the_job(study: Study) -> None:
    job = queued(study)
    claim = job_lifecycle.claim(job.pk, "one")
    assert claim is not None
    fall_silent(job)
    claim.renew()
    assert job_lifecycle.claim(job.pk, "two") is None


def test_a_database_that_is_away_for_a_moment_ends_no_job(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = job_lifecycle.claim(queued(study).pk, "one")

    def away(**_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    assert claim is not None
    with monkeypatch.context() as patched:
        patched.setattr(claim, "_write", away)
        claim.progress(0.4)
    claim.progress(0.5)
    claim.job.refresh_from_db()
    assert claim.job.progress == 0.5


def test_a_stop_is_heard_at_the_next_renewal(study: Study) -> None:
    job = queued(study)
    claim = job_lifecycle.claim(job.pk, "one")
    assert claim is not None
    job_lifecycle.request_cancel(job)
    claim.renew()
    assert claim.should_stop()
    with pytest.raises(Cancelled):
        claim.checkpoint()


def test_a_waiting_job_is_cancelled_at_once_and_never_claimed(study: Study) -> None:
    job = queued(study)
    job_lifecycle.request_cancel(job)
    assert job_lifecycle.claim(job.pk, "one") is None
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_the_reaper_brings_a_silent_job_back_and_rings_for_it(study: Study, rung: list[str]) -> None:
    job = queued(study)
    job_lifecycle.claim(job.pk, "one")
    fall_silent(job)
    job_lifecycle.reap()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert rung == [job.key]


def test_the_reaper_stops_a_silent_job_that_was_asked_to_stop(study: Study, rung: list[str]) -> None:
    job = queued(study)
    job_lifecycle.claim(job.pk, "one")
    job_lifecycle.request_cancel(job)
    fall_silent(job)
    job_lifecycle.reap()
    job.refresh_from_db()
    assert (job.state, rung) == (Job.State.CANCELLED, [])
    assert job_lifecycle.retry(job)
    assert job_lifecycle.claim(job.pk, "two") is not None


def test_the_reaper_leaves_a_living_worker_alone(study: Study, rung: list[str]) -> None:
    job = queued(study)
    job_lifecycle.claim(job.pk, "one")
    job_lifecycle.reap()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert rung == []


def test_a_bell_that_nobody_heard_is_rung_again_but_not_all_the_time(study: Study, rung: list[str]) -> None:
    job = queued(study)
    job_lifecycle.reap()
    assert rung == []
    Job.objects.filter(pk=job.pk).update(ring_after=Now() - timedelta(seconds=1))
    job_lifecycle.reap()
    job_lifecycle.reap()
    assert rung == [job.key]


def test_after_three_deaths_the_job_fails_and_says_what_to_do(study: Study, rung: list[str]) -> None:
    job = queued(study)
    for _ in range(Job.MAX_ATTEMPTS):
        assert job_lifecycle.claim(job.pk, "one") is not None
        fall_silent(job)
    job_lifecycle.reap()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "died 3 times" in job.error
    assert job_lifecycle.claim(job.pk, "one") is None
    assert job_lifecycle.retry(job)
    assert job_lifecycle.claim(job.pk, "one") is not None


def test_a_job_that_is_done_can_be_done_again_and_no_other(
    study: Study, rung: list[str], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    job = queued(study)
    assert not job_lifecycle.redo(job)
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED, attempts=Job.MAX_ATTEMPTS)
    with django_capture_on_commit_callbacks(execute=True):
        assert job_lifecycle.redo(job)
    assert rung == ["crop:l0"]
    assert job_lifecycle.claim(job.pk, "one") is not None


def test_a_dead_broker_leaves_the_job_waiting(study: Study) -> None:
    """No broker runs in this test: the real bell says so, and the row is there."""
    job = queued(study)
    assert notify.ring(job) is False
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
