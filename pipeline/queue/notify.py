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
from pipeline.queue.recent_answer import RecentAnswer

GPU_KINDS = {
    Job.Kind.TRAIN,
    Job.Kind.CROP,
    Job.Kind.FOLLOW,
    Job.Kind.TEST,
    Job.Kind.CHECK,
    Job.Kind.SEARCH,
}
QUEUES = ("gpu", "cpu")
NOTIFY_AGAIN = timedelta(seconds=60)
log = structlog.get_logger()


def notify_worker(job: Job) -> bool:
    """Send a waiting job's number to the workers; return False if the broker does not answer."""
    queue = queue_for(job.kind)
    try:
        current_app.send_task(f"pipeline.tasks.{queue}_perform", args=[job.pk], queue=queue)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker does not answer; the job waits", job=job.key, error=str(error))
        return False
    return True


def broker_replies() -> bool:
    """Return whether the broker answers now; one that hangs is given up after 0.6 s."""
    try:
        with current_app.connection_for_write() as connection:
            connection.default_channel.client.ping()
    except (OperationalError, RedisError, OSError):
        return False
    return True


broker_answers = RecentAnswer(broker_replies, seconds=3.0)


def queue_for(kind: str) -> str:
    """Return the queue that jobs of a kind wait in."""
    return "gpu" if kind in GPU_KINDS else "cpu"


def notify_after_commit(job: Job) -> None:
    """Notify workers once the row is visible to them."""
    transaction.on_commit(lambda: notify_worker(job))


def next_notification() -> CombinedExpression:
    """Return when the reaper may notify workers of a waiting job again, by the database's clock."""
    return Now() + NOTIFY_AGAIN
