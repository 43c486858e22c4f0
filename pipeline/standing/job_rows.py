"""The jobs that the desk shows, each with what its words and its curve need, and nothing that is long."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from pipeline.models import Job
from study.models import Study
from study.statements.prepared_sql import PreparedQuery

RECENT = 8
_JOB = (
    "study",
    "kind",
    "params",
    "state",
    "progress",
    "begun_from",
    "message",
    "error",
    "attempts",
    "lease_until",
    "ring_after",
    "created_at",
    "started_at",
    "finished_at",
    "report",
)
_RUN = ("role", "architecture", "seed", "trained_through", "round", "recipe", "history", "study__seeds")
_WORDS = (*_JOB, *(f"run__{field}" for field in _RUN), "check_row__level", "check_row__kind")


class ShownJobs(NamedTuple):
    """Jobs that a desk shows.

    Attributes
    ----------
    unfinished : of all studies: they wait for the same workers
    failed : of the study
    latest : of the study, those that ended last, in whichever way
    now : the database's time, by which leases are renewed
    """

    unfinished: list[Job]
    failed: list[Job]
    latest: list[Job]
    now: datetime


def shown_jobs(study: Study) -> ShownJobs:
    """Return the jobs that the desk of a study shows, by one statement."""
    jobs: list[Any] = _SHOWN(study.pk, study.pk)
    ended = [job for job in jobs if job.is_finished]
    ended.sort(key=lambda job: job.finished_at or job.created_at, reverse=True)
    return ShownJobs(
        unfinished=[job for job in jobs if not job.is_finished],
        failed=[job for job in jobs if job.state == Job.State.FAILED],
        latest=ended[:RECENT],
        now=jobs[0].read_at if jobs else timezone.now(),
    )


def _shown(study: int, same: int) -> QuerySet[Job]:
    ended = Job.objects.exclude(state__in=Job.UNFINISHED).filter(study=study)
    latest = ended.order_by("-finished_at").values("pk")[:RECENT]
    failed = Q(study=same, state=Job.State.FAILED)
    shown = Job.objects.filter(Q(state__in=Job.UNFINISHED) | failed | Q(pk__in=latest))
    return shown.select_related("run__study", "check_row").only(*_WORDS).annotate(read_at=Now())


_SHOWN: PreparedQuery[Job] = PreparedQuery(_shown, int, int)
