"""Lets a job compute with its share of the cores, by what runs beside it."""

from __future__ import annotations

import os

from django.conf import settings
from django.db.models import Q

from pipeline.models import Check, Job
from pipeline.worker.thread_share import threads_of

ALONE = {Job.Kind.CROP, Job.Kind.FOLLOW, Job.Kind.TEST}  # of these the loop waits for one at a time
_CURVE = f"check:{Check.Kind.CURVE}:"  # and for this check, which trains many networks in turn
_BESIDE = {Job.Kind.TRAIN, Job.Kind.CHECK, Job.Kind.SEARCH}  # what computes long, and several at once
_MOSTLY_DONE = 0.5  # a job that has come so far will end before one that begins now


def limit_threads(job: Job) -> None:
    """Let torch compute with a job's threads from now on; nothing where `JOB_THREADS` leaves it to torch."""
    if settings.JOB_THREADS:
        import torch

        torch.set_num_threads(threads_of(settings.JOB_THREADS, os.cpu_count() or 1, beside=jobs_beside(job)))


def jobs_beside(job: Job) -> int:
    """Return how many other jobs will compute for most of the time that this one does.

    Three seeds on two cores: the last begins as the first one ends, and has both cores soon.
    """
    if job.kind in ALONE or job.key.startswith(_CURVE):
        return 0
    begun = Q(state=Job.State.RUNNING, progress__lt=_MOSTLY_DONE)
    others = Job.objects.filter(kind__in=_BESIDE).exclude(pk=job.pk)
    return others.filter(begun | Q(state=Job.State.QUEUED)).count()
