"""What workers listen to: an id in, one call out. Torch is loaded here, never in the web process."""

from __future__ import annotations

from celery import shared_task

from pipeline.loop import advance
from pipeline.queue import reaper


@shared_task(name="pipeline.tasks.gpu_perform")  # type: ignore[untyped-decorator]
def gpu_perform(job_id: int) -> None:
    from pipeline.worker.execute import perform

    perform(job_id)


@shared_task(name="pipeline.tasks.cpu_perform")  # type: ignore[untyped-decorator]
def cpu_perform(job_id: int) -> None:
    from pipeline.worker.execute import perform

    perform(job_id)


@shared_task(name="pipeline.tasks.reap")  # type: ignore[untyped-decorator]
def reap() -> None:
    """Bring silent jobs back, and let every loop go on whose worker died between two decisions."""
    reaper.reap()
    advance.advance_all()
