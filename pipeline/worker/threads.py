"""How many threads a job computes with: its share of the cores, or all where nothing runs beside it."""

from __future__ import annotations

import os

from django.conf import settings

from pipeline.models import Check, Job

ALONE = {Job.Kind.CROP, Job.Kind.FOLLOW, Job.Kind.TEST}  # of these the loop waits for one at a time
_CURVE = f"check:{Check.Kind.CURVE}:"  # and for this check, which trains many networks in turn


def limit_threads(job: Job) -> None:
    """Let torch compute with a job's threads from now on; nothing where `JOB_THREADS` leaves it to torch."""
    if settings.JOB_THREADS:
        import torch

        torch.set_num_threads(threads_of(job, settings.JOB_THREADS, os.cpu_count() or 1))


def threads_of(job: Job, share: int, cores: int) -> int:
    """Return the threads of a job, given the share of those that run side by side."""
    is_alone = job.kind in ALONE or job.key.startswith(_CURVE)
    return cores if is_alone else share
