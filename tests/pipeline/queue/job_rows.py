"""Jobs as tests of the queue need them."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from pipeline.models import Job
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import Claim, claim
from pipeline.queue.job_requests import enqueue
from study.models import Study


def queued(study: Study) -> Job:
    return enqueue(study, Job.Kind.CROP, "crop:l0", CropParams(0))


def claimed(job: Job, worker: str = "first worker") -> Claim:
    """Claim a job that is free."""
    ours = claim(job.pk, worker)
    assert ours is not None
    return ours


def let_the_lease_run_out(job: Job) -> None:
    """Leave a job as if its worker had been killed half a minute ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
