"""A free worker's turn: first the jobs that another one left behind, then the job that it was called for."""

from __future__ import annotations

from pipeline.queue.silent_jobs import silent_jobs, wait_while_silent
from pipeline.worker.execute import perform


def take_turn(queue: str, job_id: int) -> None:
    """Do what was left behind in this queue, then a job; what others do meanwhile is not done twice."""
    for number in (*silent_jobs(queue), job_id):
        wait_while_silent(number)
        perform(number)
