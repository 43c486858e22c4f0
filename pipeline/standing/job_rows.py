"""The jobs that the desk shows, each with what its words and its curve need, and nothing that is long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
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
    "message",
    "error",
    "attempts",
    "lease_until",
    "ring_after",
    "created_at",
    "started_at",
    "finished_at",
)
_RUN = ("role", "architecture", "seed", "trained_through", "round", "study__seeds")
_WORDS = (*_JOB, *(f"run__{field}" for field in _RUN), "check_row__level", "check_row__kind")


def unfinished_now() -> tuple[list[Job], datetime]:
    """Return the unfinished jobs of all studies, and the database's time, by which leases are renewed."""
    jobs: list[Any] = _UNFINISHED()
    return jobs, jobs[0].read_at if jobs else timezone.now()


def failed_jobs(study: Study) -> list[Job]:
    """Return the jobs of a study that have failed."""
    return _FAILED(study.pk)


def latest_jobs(study: Study) -> list[Job]:
    """Return the jobs of a study that ended last, in whichever way, with their reports."""
    return _LATEST(study.pk)


def _in_words(jobs: QuerySet[Job], *more: str) -> QuerySet[Job]:
    return jobs.select_related("run__study", "check_row").only(*_WORDS, *more)


_UNFINISHED: PreparedQuery[Job] = PreparedQuery(
    lambda: _in_words(Job.objects.unfinished(), "run__history").annotate(read_at=Now())
)
_FAILED: PreparedQuery[Job] = PreparedQuery(
    lambda study: _in_words(Job.objects.filter(study=study, state=Job.State.FAILED)), int
)
_ENDED = Job.objects.exclude(state__in=Job.UNFINISHED).order_by("-finished_at")
_LATEST: PreparedQuery[Job] = PreparedQuery(
    lambda study: _in_words(_ENDED.filter(study=study), "report")[:RECENT], int
)
