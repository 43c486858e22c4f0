"""Notifications to workers through Celery.

The database row is authoritative; the reaper sends a lost message again.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import current_app
from django.db import transaction
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from pipeline.models import Job

GPU_KINDS = {Job.Kind.TRAIN, Job.Kind.CROP, Job.Kind.FOLLOW, Job.Kind.TEST, Job.Kind.CHECK}
NOTIFY_AGAIN = timedelta(seconds=60)
log = structlog.get_logger()


def notify_worker(job: Job) -> bool:
    """Send a waiting job's number to the workers; return False if the broker does not answer."""
    queue = "gpu" if job.kind in GPU_KINDS else "cpu"
    try:
        current_app.send_task(f"pipeline.tasks.{queue}_perform", args=[job.pk], queue=queue)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker does not answer; the job waits", job=job.key, error=str(error))
        return False
    return True


def notify_after_commit(job: Job) -> None:
    """Notify workers once the row is visible to them."""
    transaction.on_commit(lambda: notify_worker(job))


def next_notification() -> CombinedExpression:
    """Return when the reaper may notify workers of a waiting job again, by the database's clock."""
    return Now() + NOTIFY_AGAIN
