"""Ring for a worker. The row is the truth: a bell that nobody hears is rung again by the reaper."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from pipeline.models import Job

GPU_KINDS = {Job.Kind.TRAIN, Job.Kind.CROP, Job.Kind.TEST, Job.Kind.CHECK}
log = structlog.get_logger()


def ring(job: Job) -> bool:
    """Tell the queue that a job waits. False if the broker does not answer: the job waits all the same."""
    queue = "gpu" if job.kind in GPU_KINDS else "cpu"
    try:
        current_app.send_task(f"pipeline.tasks.{queue}_perform", args=[job.pk], queue=queue)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker does not answer; the job waits", job=job.key, error=str(error))
        return False
    return True


def ring_after_commit(job: Job) -> None:
    """Ring once the row can be seen by others."""
    transaction.on_commit(lambda: ring(job))
