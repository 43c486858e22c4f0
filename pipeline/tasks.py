"""What workers listen to: an id in, one call out. Torch is loaded here, never in the web process."""

from __future__ import annotations

from celery import shared_task

from pipeline import jobs, loop


@shared_task(name="pipeline.tasks.gpu_perform")
def gpu_perform(job_id: int) -> None:
    from pipeline.work import perform

    perform(job_id)


@shared_task(name="pipeline.tasks.cpu_perform")
def cpu_perform(job_id: int) -> None:
    from pipeline.work import perform

    perform(job_id)


@shared_task(name="pipeline.tasks.reap")
def reap() -> None:
    """Bring silent jobs back; a loop whose job was given up says so."""
    for job in jobs.reap():
        loop.advance(job.study)
