"""A job is claimed once and written by its owner only."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from pipeline.models import Job
from pipeline.queue.claims import JobCancelledError, LostOwnershipError, claim
from pipeline.queue.job_requests import request_cancel
from study.models import Study
from tests.pipeline.queue.job_rows import claimed, let_the_lease_run_out, queued

pytestmark = pytest.mark.django_db


def test_only_one_of_two_workers_gets_the_job(study: Study) -> None:
    job = queued(study)
    assert claim(job.pk, "first worker") is not None
    assert claim(job.pk, "second worker") is None
    job.refresh_from_db()
    assert (job.state, job.worker, job.attempts) == (Job.State.RUNNING, "first worker", 1)


def test_an_abandoned_job_is_taken_over_and_late_writes_of_its_first_worker_change_nothing(
    study: Study,
) -> None:
    job = queued(study)
    first = claimed(job)
    let_the_lease_run_out(job)
    second = claimed(job, "second worker")
    second.progress(0.5, "half")
    with pytest.raises(LostOwnershipError):
        first.progress(0.9, "too late")
    assert first.finish(Job.State.SUCCEEDED) is False
    job.refresh_from_db()
    assert (job.state, job.progress, job.message) == (Job.State.RUNNING, 0.5, "half")
    assert second.finish(Job.State.SUCCEEDED) is True


@pytest.mark.parametrize(("first_shown", "begun_from"), [(0.6, 0.5), (0.1, 0.1)])
def test_an_attempt_that_goes_on_knows_what_was_done_and_one_that_begins_anew_that_nothing_was(
    first_shown: float, begun_from: float, study: Study
) -> None:
    job = queued(study)
    claimed(job).progress(0.5)
    let_the_lease_run_out(job)
    second = claimed(job, "second worker")
    job.refresh_from_db()
    assert job.begun_from == job.progress == 0.5, "until it is known, all of it counts as done before"
    second.progress(first_shown)
    job.refresh_from_db()
    assert job.begun_from == begun_from


def test_a_renewed_lease_keeps_the_job(study: Study) -> None:
    job = queued(study)
    ours = claimed(job)
    let_the_lease_run_out(job)
    ours.renew()
    assert claim(job.pk, "second worker") is None


def test_a_database_that_is_away_for_a_moment_ends_no_job(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = claimed(queued(study))

    def unreachable() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(ours, "owned", unreachable)
        ours.progress(0.4)
    ours.progress(0.5)
    ours.job.refresh_from_db()
    assert ours.job.progress == 0.5


def test_a_request_to_stop_is_noticed_at_the_next_renewal(study: Study) -> None:
    job = queued(study)
    ours = claimed(job)
    request_cancel(job)
    ours.renew()
    assert ours.should_stop()
    with pytest.raises(JobCancelledError):
        ours.checkpoint()
