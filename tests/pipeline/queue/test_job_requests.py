"""Jobs are created once, stopped, retried and done anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.models import Job
from pipeline.queue import notify
from pipeline.queue.claims import claim
from pipeline.queue.job_requests import redo, request_cancel
from study.models import Study
from tests.pipeline.queue.job_rows import queued

pytestmark = pytest.mark.django_db
RunOnCommit = Callable[..., object]


def test_asking_twice_for_the_same_work_makes_one_job(
    study: Study, notified: list[str], django_capture_on_commit_callbacks: RunOnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert queued(study).pk == queued(study).pk
    assert notified == ["crop:l0"]


def test_a_waiting_job_is_cancelled_at_once_and_never_claimed(study: Study) -> None:
    job = queued(study)
    request_cancel(job)
    assert claim(job.pk, "first worker") is None
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_only_a_finished_job_can_be_done_anew(
    study: Study, notified: list[str], django_capture_on_commit_callbacks: RunOnCommit
) -> None:
    job = queued(study)
    assert not redo(job)
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED, attempts=Job.MAX_ATTEMPTS)
    with django_capture_on_commit_callbacks(execute=True):
        assert redo(job)
    assert notified == ["crop:l0"]
    assert claim(job.pk, "first worker") is not None


def test_a_job_waits_while_the_broker_does_not_answer(study: Study) -> None:
    """No broker runs in this test: the real notification says so, and the row is there."""
    job = queued(study)
    assert notify.notify_worker(job) is False
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
