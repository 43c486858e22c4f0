"""The reaper: what becomes of jobs whose worker died, and of notifications that were lost."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue import notify
from pipeline.queue.claims import STOPPED


def reap() -> list[Job]:
    """Queue jobs of dead workers again, and notify workers of all jobs that have waited too long.

    A dead worker's job that was to be stopped is stopped. One that has used up its attempts fails. Returns
    the jobs that failed.
    """
    _abandoned().filter(cancel_requested=True).update(
        state=Job.State.CANCELLED, finished_at=Now(), lease_until=None, owner_token="", message=STOPPED
    )
    failed = _fail_after_the_last_attempt()
    _abandoned().update(state=Job.State.QUEUED, owner_token="", ring_after=Now())
    _notify_again()
    return failed


def _abandoned() -> QuerySet[Job]:
    """Jobs whose worker no longer renews its lease."""
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now())


def _fail_after_the_last_attempt() -> list[Job]:
    exhausted = list(_abandoned().filter(attempts__gte=Job.MAX_ATTEMPTS))
    for job in exhausted:
        _abandoned().filter(pk=job.pk).update(
            state=Job.State.FAILED,
            finished_at=Now(),
            error=f"The worker died {job.attempts} times during this job. Its log says why; out of memory is "
            "the usual cause: let fewer workers run at the same time. Then retry: the job resumes from its "
            "last checkpoint.",
        )
    return exhausted


def _notify_again() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED, ring_after__lte=Now()):
        notify.notify_worker(job)
        Job.objects.filter(pk=job.pk).update(ring_after=notify.next_notification())
