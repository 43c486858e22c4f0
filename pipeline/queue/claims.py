"""Claims on jobs: which process owns a job, and what it may write while it does.

A worker owns a job while its token stands in the row and its lease has not run out, by the database's clock.
Every write is one conditional UPDATE that carries the token, so a worker that was presumed dead and comes
back changes nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue import notify
from pipeline.queue.orderly_stop import is_stopping
from study.tokens import new_token

LEASE = timedelta(seconds=30)
FIRST_PAUSE, FURTHER_PAUSE = timedelta(minutes=1), 10  # before a job is tried again: 1, then 10 minutes
RENEW_EVERY = 2.0  # seconds; also how soon a request to stop is noticed
SHOWN_EVERY = 0.25  # seconds: a job of many small steps does not wait for the disk at each
GIVEN_BACK = "its worker was stopped; another one goes on from the last checkpoint"
STOPPED = "stopped; retry resumes from the last checkpoint"
Write = Callable[[], None]  # stores the results of a job, in one transaction with its end
log = structlog.get_logger()


class LostOwnershipError(RuntimeError):
    """Another worker has taken the job over; this one must stop without writing anything."""


class JobCancelledError(RuntimeError):
    """A researcher asked for the job to be stopped."""


class WorkerStopsError(RuntimeError):
    """This worker was asked to stop; the job is given back and goes on elsewhere."""


class TryLaterError(RuntimeError):
    """What the job needs does not answer now; it is put back into the queue for a while."""


class Claim:
    """A job that this process owns."""

    def __init__(self, job: Job, token: str) -> None:
        self.job = job
        self.token = token
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._shown_at = -SHOWN_EVERY
        self._has_shown = False

    def should_stop(self) -> bool:
        """Return whether to stop at the next batch: on request, when lost, or as this worker stops."""
        return self._cancelled.is_set() or self._lost.is_set() or is_stopping()

    def checkpoint(self) -> None:
        """Raise if the work should not go on.

        Raises LostOwnershipError if another worker has taken the job over; JobCancelledError if a researcher
        asked for it to be stopped; WorkerStopsError if this worker was asked to stop.
        """
        if self._lost.is_set():
            raise LostOwnershipError(self.job.key)
        if self._cancelled.is_set():
            raise JobCancelledError(self.job.key)
        if is_stopping():
            raise WorkerStopsError(self.job.key)

    def progress(self, fraction: float, message: str = "") -> None:
        """Show how far the job is, at most 99 % before its end; a busy database is no reason to fail.

        What follows within a quarter of a second is not shown. The first call tells how much an earlier
        attempt has left: a job that begins anew, as it cannot go on, has nothing done. Raises as `checkpoint`
        does.
        """
        if time.monotonic() - self._shown_at >= SHOWN_EVERY:
            with self._tolerating_database_errors("progress not shown"):
                share = min(max(fraction, 0.0), 0.99)
                begun = {} if self._has_shown else {"begun_from": min(share, self.job.progress)}
                if not self.owned().update(progress=share, message=message[:200], **begun):
                    self._lost.set()
                self._has_shown = True
                self._shown_at = time.monotonic()
        self.checkpoint()

    def renew(self) -> None:
        """Extend the lease, and learn whether the job is lost or is to be stopped."""
        renewed = self.owned().update(lease_until=Now() + LEASE)
        if not renewed:
            self._lost.set()
        elif self.owned().filter(cancel_requested=True).exists():
            self._cancelled.set()

    def finish(self, state: Job.State, **changes: Any) -> bool:
        """End the job once; return False if it is no longer owned."""
        ended = self.owned().update(
            state=state, finished_at=Now(), lease_until=None, owner_token="", **changes
        )
        return bool(ended)

    def put_off(self, reason: str) -> bool:
        """Put the job back into the queue for a while; False if it has had all its attempts, or is lost."""
        if self.job.attempts >= Job.MAX_ATTEMPTS:
            return False
        pause = FIRST_PAUSE * FURTHER_PAUSE ** (self.job.attempts - 1)
        waiting = {"state": Job.State.QUEUED, "owner_token": "", "lease_until": None}
        return bool(self.owned().update(**waiting, ring_after=Now() + pause, message=reason[:200]))

    def give_back(self) -> bool:
        """Put the job back into the queue, at no attempt's cost, as this worker stops.

        False if a researcher wants it to be stopped, or it is lost.
        """
        waiting = {"state": Job.State.QUEUED, "owner_token": "", "lease_until": None, "message": GIVEN_BACK}
        wanted = self.owned().filter(cancel_requested=False)
        given_back = wanted.update(
            **waiting, attempts=F("attempts") - 1, ring_after=notify.next_notification()
        )
        if given_back:
            notify.notify_worker(self.job)
        return bool(given_back)

    @contextmanager
    def kept_alive(self) -> Iterator[Claim]:
        """Renew the lease from a thread of its own while the block runs."""
        done = threading.Event()
        thread = threading.Thread(
            target=self._renew_until, args=(done,), daemon=True, name=f"lease-{self.job.pk}"
        )
        thread.start()
        try:
            yield self
        finally:
            done.set()
            thread.join()

    def owned(self) -> QuerySet[Job]:
        """Return a queryset of the job's row; it is empty once the job is no longer owned."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, owner_token=self.token)

    def _renew_until(self, done: threading.Event) -> None:
        try:
            while not done.wait(RENEW_EVERY) and not self._lost.is_set():
                with self._tolerating_database_errors("lease not renewed"):  # a lease outlives several misses
                    self.renew()
        finally:
            connection.close()  # this thread's own

    @contextmanager
    def _tolerating_database_errors(self, event: str) -> Iterator[None]:
        """Skip one write while the database is busy or restarts; a broken connection is opened anew later."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            log.warning(event, job=self.job.key, error=str(error))
            if not connection.in_atomic_block:
                connection.close()


def claim(job_id: int, worker: str) -> Claim | None:
    """Claim a job that waits, or whose worker no longer renews its lease; None if it cannot be claimed."""
    token = new_token()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    claimed = Job.objects.filter(
        free, pk=job_id, attempts__lt=Job.MAX_ATTEMPTS, cancel_requested=False
    ).update(
        state=Job.State.RUNNING,
        owner_token=token,
        lease_until=Now() + LEASE,
        attempts=F("attempts") + 1,
        started_at=Now(),
        begun_from=F("progress"),
        worker=worker[:120],
        error="",
    )
    return Claim(Job.objects.select_related("study").get(pk=job_id), token) if claimed else None
