"""What the broker calls: a job's number goes to its queue, and what was left is taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline import tasks
from pipeline.models import Job
from pipeline.worker import turns
from tests.pipeline.studies import make_study


def test_a_job_takes_its_turn_in_the_queue_that_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    turns_taken: list[tuple[str, int]] = []
    monkeypatch.setattr(turns, "take_turn", lambda queue, job: turns_taken.append((queue, job)))
    tasks.gpu_perform(7)
    tasks.cpu_perform(8)
    assert turns_taken == [("gpu", 7), ("cpu", 8)]


@pytest.mark.django_db
def test_a_job_whose_worker_is_gone_is_queued_again() -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    job = Job.objects.create(
        study=make_study(),
        kind=Job.Kind.CROP,
        key="crop:l0",
        state=Job.State.RUNNING,
        lease_until=long_ago,
        ring_after=long_ago,
    )
    tasks.reap()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
