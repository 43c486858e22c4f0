"""Jobs whose worker has fallen silent: whoever is free next waits for those, before anything that is queued.

A worker is killed in the middle of a training, and started again at once. Its job can be claimed only when
the lease has run out, half a minute later; what is queued can be claimed now. Were that begun first, the
killed training would go on only afterwards: hours later, where one worker does everything.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.queue.claims import LEASE
from pipeline.queue.notify import queue_for
from pipeline.queue.orderly_stop import is_stopping

SILENT_AFTER = timedelta(seconds=3)  # one renewal was missed; no worker is started again sooner
LOOK_EVERY = 0.5  # seconds


def silent_jobs(queue: str) -> list[int]:
    """Return the jobs of a queue that run, may be tried again, and were not renewed in time."""
    jobs = Job.objects.filter(
        state=Job.State.RUNNING,
        lease_until__lt=Now() + (LEASE - SILENT_AFTER),
        attempts__lt=Job.MAX_ATTEMPTS,
        cancel_requested=False,
    )
    return [
        number for number, kind in jobs.order_by("pk").values_list("pk", "kind") if queue_for(kind) == queue
    ]


def wait_while_silent(job_id: int) -> None:
    """Wait until a running job's worker renews its lease after all, or the lease has run out.

    A job that does not run is not waited for; neither does a worker wait that was asked to stop.
    """
    lease = _lease_of(job_id)
    while lease is not None and _lease_of(job_id) == lease and not is_stopping():
        time.sleep(LOOK_EVERY)


def _lease_of(job_id: int) -> datetime | None:
    """Return when the lease of a running job runs out; None once it has, or the job has ended."""
    held = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, lease_until__gte=Now())
    return held.values_list("lease_until", flat=True).first()
