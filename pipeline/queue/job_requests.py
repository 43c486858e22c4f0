"""Requests to the queue: a new job, a stop, a retry, a job done anew."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.models.job_params import JobParams
from pipeline.queue.notify import next_notification, notify_after_commit
from study.models import Study

NO_PARAMS = JobParams()


def enqueue(study: Study, kind: Job.Kind, key: str, params: JobParams = NO_PARAMS) -> Job:
    """Create the job with this key, or return the one that exists: asking twice makes one job."""
    job, created = Job.objects.get_or_create(
        study=study,
        key=key,
        defaults={"kind": kind, "params": msgspec.to_builtins(params), "ring_after": next_notification()},
    )
    if created:
        notify_after_commit(job)
    return job


def touch_queued(study: Study, kind: Job.Kind) -> bool:
    """Return whether a job of this kind waits; no worker claims it before this transaction is stored."""
    waiting = Job.objects.filter(study=study, kind=kind, state=Job.State.QUEUED)
    return bool(waiting.update(message="changed while it waited"))


def request_cancel(job: Job) -> bool:
    """Stop a job: at once if it waits, within a batch if it runs; False if it has ended."""
    asked = Job.objects.filter(pk=job.pk, state__in=Job.UNFINISHED).update(cancel_requested=True)
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=Now(), message="cancelled before it started"
    )
    return bool(asked)


def retry(job: Job) -> bool:
    """Queue a failed or cancelled job again, to resume from its last checkpoint; False if it did not fail.

    If the broker does not answer, the job waits until the reaper notifies a worker.
    """
    return _queue_again(job, [Job.State.FAILED, Job.State.CANCELLED])


def redo(job: Job) -> bool:
    """Queue a finished job again because what it was made from has changed; False if it is not finished."""
    return _queue_again(job, [Job.State.SUCCEEDED])


def _queue_again(job: Job, ended: Sequence[Job.State]) -> bool:
    queued = Job.objects.filter(pk=job.pk, state__in=ended).update(
        state=Job.State.QUEUED,
        attempts=0,
        cancel_requested=False,
        message="",
        error="",
        ring_after=next_notification(),
    )
    if queued:
        notify_after_commit(job)
    return bool(queued)
