"""Celery tasks: each takes a job's number and makes one call. Torch is loaded here, not by the web site."""

from __future__ import annotations

from celery import shared_task

from pipeline.loop import advance
from pipeline.notices.noting import queue_notices
from pipeline.queue import reaper
from pipeline.queue.process_signs import forget_old_signs


@shared_task(name="pipeline.tasks.gpu_perform")  # type: ignore[untyped-decorator]
def gpu_perform(job_id: int) -> None:
    """Do a job that uses a GPU where there is one."""
    from pipeline.worker.turns import take_turn

    take_turn("gpu", job_id)


@shared_task(name="pipeline.tasks.cpu_perform")  # type: ignore[untyped-decorator]
def cpu_perform(job_id: int) -> None:
    """Do a job that uses no GPU."""
    from pipeline.worker.turns import take_turn

    take_turn("cpu", job_id)


@shared_task(name="pipeline.tasks.reap")  # type: ignore[untyped-decorator]
def reap() -> None:
    """Queue abandoned jobs again, advance loops whose worker died between two decisions, queue notices."""
    reaper.reap()
    advance.advance_all()
    queue_notices()
    forget_old_signs()
