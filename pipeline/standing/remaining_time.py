"""How long jobs still take: by their own pace while they run, before that by jobs of their kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any, cast

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from pipeline.models import Job
from study.models import Study
from study.statements.prepared_sql import PreparedValues

FIRST_GUESS = 0.05  # share of an attempt from which the time left can be told from the time gone
LATEST = 50  # done jobs of a kind tell how long the next one takes: older ones had other photos and levels


Done = tuple[str, datetime | None, datetime | None]  # kind of a job, when it began, when it ended


def done_jobs(study: Study) -> list[Done]:
    """Return the latest jobs of each kind that this study has done."""
    return [cast(Done, job) for job in _DONE(study.pk)]


def usual_seconds(done: Iterable[Done]) -> dict[str, float]:
    """Return how long the jobs of each kind took: their median."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for kind, start, end in done:
        if start and end:
            seconds[kind].append((end - start).total_seconds())
    return {kind: median(each) for kind, each in seconds.items()}


def seconds_left(job: Job, usual: Mapping[str, float], now: datetime) -> float | None:
    """Return about how long a waiting or running job still takes; None while nothing can be told."""
    if job.state == Job.State.QUEUED:
        return usual.get(job.kind)
    if job.started_at is None:
        return None
    gone = (now - job.started_at).total_seconds()
    left_to_do = 1 - job.begun_from  # an earlier attempt did the rest, in time that is not counted here
    done = (job.progress - job.begun_from) / left_to_do if left_to_do else 0.0
    if done >= FIRST_GUESS:
        return gone * (1 - done) / done
    return max(usual[job.kind] * left_to_do - gone, 0.0) if job.kind in usual else None


def left_of_all(jobs: Iterable[Job], usual: Mapping[str, float], now: datetime) -> str:
    """Return about how long one worker has to do with these jobs; empty while some cannot be told."""
    each = [seconds_left(job, usual, now) for job in jobs]
    known = [seconds for seconds in each if seconds is not None]
    return f"{in_words(sum(known))} for one worker" if len(known) == len(each) > 1 else ""


def time_left(job: Job, usual: Mapping[str, float], now: datetime) -> str:
    """Return about how long a job still takes, in words; empty while nothing can be told."""
    seconds = seconds_left(job, usual, now)
    if seconds is None:
        return ""
    return f"takes {in_words(seconds)}" if job.state == Job.State.QUEUED else f"{in_words(seconds)} left"


def in_words(seconds: float) -> str:
    """Return a duration as people say it.

    Examples
    --------
    >>> in_words(40.2), in_words(600), in_words(9000)
    ('about 40 s', 'about 10 min', 'about 2.5 h')
    """
    if seconds < 90:
        return f"about {round(seconds)} s"
    return f"about {round(seconds / 60)} min" if seconds < 7200 else f"about {seconds / 3600:.1f} h"


def _done(study: int) -> QuerySet[Job, tuple[Any, ...]]:
    newer = Window(RowNumber(), partition_by="kind", order_by="-finished_at")
    jobs = Job.objects.filter(study=study, state=Job.State.SUCCEEDED).order_by()
    return jobs.alias(place=newer).filter(place__lte=LATEST).values_list("kind", "started_at", "finished_at")


_DONE = PreparedValues(_done, int)
