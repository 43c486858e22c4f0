"""The life of a job row: queued, claimed, renewed, finished; every change is one conditional UPDATE.

A worker owns a job while its token stands in the row and its lease runs, by the database's clock. Every write
carries the token, so that a worker which was presumed dead and comes back changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue.notify import ring, ring_after_commit
from study.models import Study
from study.tokens import new_token

LEASE = timedelta(seconds=30)
RENEW_EVERY = 2.0  # seconds; also how soon a request to stop is heard
RING_AGAIN = timedelta(seconds=60)
TEST_AGAIN = "test:again:"  # a crop that was cut by hand is answered again outside the loop
STOPPED = "stopped; retry resumes from the last checkpoint"
Write = Callable[[], None]  # what a job has found out, to be written in one transaction with its end
log = structlog.get_logger()


class LostOwnership(RuntimeError):
    """Another worker has taken the job over; this one must let go without a trace."""


class Cancelled(RuntimeError):
    """A researcher asked the job to stop."""


class Claim:
    """A job that this process owns."""

    def __init__(self, job: Job, token: str) -> None:
        self.job = job
        self.token = token
        self._cancelled = threading.Event()
        self._lost = threading.Event()

    def should_stop(self) -> bool:
        """Whether to stop at the next batch: a researcher said so, or the job is no longer ours."""
        return self._cancelled.is_set() or self._lost.is_set()

    def checkpoint(self) -> None:
        """Raise if the work should not go on."""
        if self._lost.is_set():
            raise LostOwnership(self.job.key)
        if self._cancelled.is_set():
            raise Cancelled(self.job.key)

    def progress(self, fraction: float, message: str = "") -> None:
        """Show how far the job is; at most 99 % before it has ended. A busy database ends nothing."""
        with self._database_may_be_away("progress not shown"):
            self._write(progress=min(max(fraction, 0.0), 0.99), message=message[:200])
        self.checkpoint()

    def renew(self) -> None:
        """Extend the lease and hear whether to stop."""
        renewed = self.owned().update(lease_until=Now() + LEASE)
        if not renewed:
            self._lost.set()
        elif self.owned().filter(cancel_requested=True).exists():
            self._cancelled.set()

    def finish(self, state: Job.State, **changes: Any) -> bool:
        """End the job once; False if it is no longer ours."""
        ended = self.owned().update(
            state=state, finished_at=Now(), lease_until=None, owner_token="", **changes
        )
        return bool(ended)

    @contextmanager
    def kept_alive(self) -> Iterator[Claim]:
        """Renew the lease from a thread of its own while the block runs."""
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(done,), daemon=True, name=f"lease-{self.job.pk}")
        keeper.start()
        try:
            yield self
        finally:
            done.set()
            keeper.join()

    def _keep(self, done: threading.Event) -> None:
        try:
            while not done.wait(RENEW_EVERY) and not self._lost.is_set():
                with self._database_may_be_away("lease not renewed"):  # the lease outlives several misses
                    self.renew()
        finally:
            connection.close()  # this thread's own

    @contextmanager
    def _database_may_be_away(self, what: str) -> Iterator[None]:
        """Busy or restarted, it costs this one write; a connection that broke is opened anew by the next."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            log.warning(what, job=self.job.key, error=str(error))
            if not connection.in_atomic_block:
                connection.close()

    def owned(self) -> QuerySet[Job]:
        """The row, as long as it is ours."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, owner_token=self.token)

    def _write(self, **changes: Any) -> None:
        if not self.owned().update(**changes):
            self._lost.set()


def enqueue(study: Study, kind: Job.Kind, key: str, **params: Any) -> Job:
    """Make the job for this key, or find it: asking twice makes one job."""
    job, created = Job.objects.get_or_create(
        study=study, key=key, defaults={"kind": kind, "params": params, "ring_after": _far_enough()}
    )
    if created:
        ring_after_commit(job)
    return job


def claim(job_id: int, worker: str) -> Claim | None:
    """Take a job that waits, or whose worker fell silent; None if there is nothing to take."""
    token = new_token()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=Job.MAX_ATTEMPTS, cancel_requested=False).update(
        state=Job.State.RUNNING,
        owner_token=token,
        lease_until=Now() + LEASE,
        attempts=F("attempts") + 1,
        started_at=Now(),
        worker=worker[:120],
        error="",
    )
    return Claim(Job.objects.select_related("study").get(pk=job_id), token) if taken else None


def request_cancel(job: Job) -> None:
    """Stop a job: at once if it waits, within a batch if it runs."""
    Job.objects.filter(pk=job.pk, state__in=Job.UNFINISHED).update(cancel_requested=True)
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=Now(), message="cancelled before it started"
    )


def retry(job: Job) -> bool:
    """Queue a failed or cancelled job again; it resumes from its last checkpoint. False if it did not fail.

    Should the queue not answer, the job waits until the reaper rings again.
    """
    return _queue_again(job, [Job.State.FAILED, Job.State.CANCELLED])


def redo(job: Job) -> bool:
    """Queue a job again that is done, since what it was made from has changed. False if it is not done."""
    return _queue_again(job, [Job.State.SUCCEEDED])


def _queue_again(job: Job, ended: Sequence[Job.State]) -> bool:
    again = Job.objects.filter(pk=job.pk, state__in=ended).update(
        state=Job.State.QUEUED, attempts=0, cancel_requested=False, error="", ring_after=_far_enough()
    )
    if again:
        ring_after_commit(job)
    return bool(again)


def reap() -> list[Job]:
    """Requeue jobs whose worker fell silent and ring forgotten bells; give up after the last attempt.

    A job that was asked to stop, and whose worker died before it heard, is stopped.
    Returns the jobs that were given up.
    """
    _silent().filter(cancel_requested=True).update(
        state=Job.State.CANCELLED, finished_at=Now(), lease_until=None, owner_token="", message=STOPPED
    )
    given_up = list(_silent().filter(attempts__gte=Job.MAX_ATTEMPTS))
    for job in given_up:
        _silent().filter(pk=job.pk).update(
            state=Job.State.FAILED,
            finished_at=Now(),
            error=f"The worker died {job.attempts} times during this job. Its log says why; out of memory is "
            "the usual cause: let fewer workers run beside each other. Then retry: the job resumes from its "
            "last checkpoint.",
        )
    _silent().update(state=Job.State.QUEUED, owner_token="", ring_after=Now())
    for job in Job.objects.filter(state=Job.State.QUEUED, ring_after__lte=Now()):
        ring(job)
        Job.objects.filter(pk=job.pk).update(ring_after=_far_enough())
    return given_up


def _silent() -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now())


def _far_enough() -> Any:
    return Now() + RING_AGAIN
