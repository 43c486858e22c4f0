"""Retrying and stopping jobs."""

from __future__ import annotations

from typing import Any

from pipeline.audit import record
from pipeline.loop import advance
from pipeline.models import Job
from pipeline.queue.job_requests import request_cancel
from pipeline.standing.job_lines import title_of


class NothingToRetryError(ValueError):
    """The job did not fail, and was not stopped."""


def retry_job(user: Any, job: Job) -> str:
    """Queue a failed or stopped job again; the loop goes on if it had stopped because of it.

    Raises NothingToRetryError.
    """
    if not advance.retry(job):
        raise NothingToRetryError(f"{title_of(job)} did not fail; there is nothing to retry.")
    record(user, job.study, f"retried {job.key}")
    return f"{title_of(job)} is queued again, and resumes from its last checkpoint."


def stop_job(user: Any, job: Job) -> str:
    """Stop a job: at once if it waits, within a batch if it runs; one that has ended is left as it is."""
    if not request_cancel(job):
        return f"{title_of(job)} has ended already; there is nothing to stop."
    record(user, job.study, f"stopped {job.key}")
    return f"{title_of(job)} is being stopped; it can be started again from there."
