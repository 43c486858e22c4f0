"""No job is lost when a worker dies or a notification does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue.claims import claim
from pipeline.queue.job_requests import request_cancel, retry
from pipeline.queue.reaper import reap
from study.models import Study
from tests.pipeline.queue.job_rows import claimed, let_the_lease_run_out, queued

pytestmark = pytest.mark.django_db


def test_an_abandoned_job_is_queued_again_and_workers_are_notified(study: Study, notified: list[str]) -> None:
    job = queued(study)
    claimed(job)
    let_the_lease_run_out(job)
    reap()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert notified == [job.key]


def test_an_abandoned_job_that_was_to_be_stopped_is_stopped(study: Study, notified: list[str]) -> None:
    job = queued(study)
    claimed(job)
    request_cancel(job)
    let_the_lease_run_out(job)
    reap()
    job.refresh_from_db()
    assert (job.state, notified) == (Job.State.CANCELLED, [])
    assert retry(job)
    assert claim(job.pk, "second worker") is not None


def test_a_worker_that_renews_its_lease_is_left_alone(study: Study, notified: list[str]) -> None:
    job = queued(study)
    claimed(job)
    reap()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert notified == []


def test_a_lost_notification_is_sent_again_but_not_all_the_time(study: Study, notified: list[str]) -> None:
    job = queued(study)
    reap()
    assert notified == []
    Job.objects.filter(pk=job.pk).update(ring_after=Now() - timedelta(seconds=1))
    reap()
    reap()
    assert notified == [job.key]


def test_after_three_deaths_the_job_fails_and_says_what_to_do(study: Study, notified: list[str]) -> None:
    job = queued(study)
    for _ in range(Job.MAX_ATTEMPTS):
        claimed(job)
        let_the_lease_run_out(job)
    assert reap() == [job]
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "died 3 times" in job.error
    assert claim(job.pk, "first worker") is None
    assert retry(job)
    assert claim(job.pk, "first worker") is not None
