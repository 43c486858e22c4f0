"""Jobs in words for people: what each does, how long it still takes, what waits before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.models import AttackerRun, Check, Job
from pipeline.models.job_params import CropParams, LevelTestParams, SearchParams
from pipeline.models.runs import ENSEMBLE
from pipeline.queue.claims import LEASE
from pipeline.standing.remaining_time import time_left

CURVE_WIDTH, CURVE_HEIGHT = 120, 32
SILENT = timedelta(seconds=30)  # workers are notified again, and should have taken a job, within this time
QUIET = timedelta(seconds=6)  # a worker renews its lease every 2 s: three times missed is worth telling


@dataclass(frozen=True)
class Curve:
    """Validation accuracy by epoch, as the points of a small SVG line."""

    points: str
    last: float


@dataclass(frozen=True)
class JobLine:
    """A waiting or running job as the desk shows it; `silence` tells of a worker that leaves no sign."""

    job: Job
    title: str
    left: str
    silence: str
    curve: Curve | None


@dataclass(frozen=True)
class Queue:
    """What waits: how many jobs of this study, how many of other studies before them, and for how long.

    Attributes
    ----------
    waiting : jobs of the study that no worker has taken
    before : jobs of other studies that workers take or run first
    silent : whether no worker takes anything, though something has waited for long
    """

    waiting: int
    before: int
    silent: bool


def line_of(job: Job, usual: Mapping[str, float], now: datetime) -> JobLine:
    """Return a waiting or running job as the desk shows it, given how long jobs of each kind usually take."""
    silence = silence_of(job, now)
    left = "" if silence else time_left(job, usual, now)
    return JobLine(job, title_of(job), left, silence, curve_of(job))


def silence_of(job: Job, now: datetime) -> str:
    """Return for how long a running job's worker has left no sign, and what follows; empty while it does.

    `now` is the database's, by whose clock leases are renewed.
    """
    if job.state != Job.State.RUNNING or job.lease_until is None or now < job.lease_until - LEASE + QUIET:
        return ""
    seconds = round((now - job.lease_until + LEASE).total_seconds())
    return f"no sign of its worker for {seconds} s; {_what_follows(job, job.lease_until, now)}"


def _what_follows(job: Job, lease_until: datetime, now: datetime) -> str:
    moment = f"{lease_until:%H:%M:%S} UTC"
    if job.attempts >= Job.MAX_ATTEMPTS:
        return f"this was its last attempt, and it fails at {moment}"
    if now > lease_until:
        return "it is given to the next worker that is free"
    return f"it is given to another one at {moment}"


def title_of(job: Job) -> str:
    """Return what a job does."""
    run: AttackerRun | None = getattr(job, "run", None)
    check: Check | None = getattr(job, "check_row", None)
    if run is not None:
        return _training(run)
    if check is not None:
        return f"Checking level {check.level}: {check.get_kind_display()}"
    if job.kind == Job.Kind.SEARCH:
        return f"Searching for a stronger attack on level {SearchParams.of(job).level}"
    if job.kind == Job.Kind.CROP:
        return f"Cutting the crops of level {CropParams.of(job).level}"
    if job.kind == Job.Kind.TEST:
        params = LevelTestParams.of(job)
        what = "attackers" if params.stimulus is None else "attackers again, on a crop that was cut by hand,"
        return f"Testing {what} at level {params.level}"
    return _TITLES[Job.Kind(job.kind)]


def curve_of(job: Job) -> Curve | None:
    """Return the validation accuracy so far of a training job; None before its first epoch."""
    run: AttackerRun | None = getattr(job, "run", None)
    accuracies = [epoch.validation_accuracy for epoch in run.epochs] if run else []
    values = [accuracy for accuracy in accuracies if accuracy is not None]
    if not values:
        return None
    step = CURVE_WIDTH / max(len(values) - 1, 1)
    points = " ".join(f"{i * step:.1f},{CURVE_HEIGHT * (1 - value):.1f}" for i, value in enumerate(values))
    return Curve(points, values[-1])


def queue_of(unfinished: Iterable[Job], study_id: int, now: datetime) -> Queue:
    """Return what waits in a study, given the unfinished jobs of all studies, oldest first."""
    jobs = list(unfinished)
    queued = [job for job in jobs if job.study_id == study_id and job.state == Job.State.QUEUED]
    waiting = [job for job in queued if not (job.attempts and job.ring_after > now)]  # tried again later
    if not waiting:
        return Queue(0, 0, silent=False)
    before = sum(job.study_id != study_id and job.pk < waiting[0].pk for job in jobs)
    running = any(job.state == Job.State.RUNNING for job in jobs)
    return Queue(len(waiting), before, silent=not running and now - waiting[0].created_at > SILENT)


def _training(run: AttackerRun) -> str:
    where = f"at level {run.trained_through}" + (f", round {run.round}" if run.round > 1 else "")
    if run.architecture == ENSEMBLE:
        return f"Averaging the architectures of seed {run.seed + 1} {where}"
    if run.role == AttackerRun.Role.DESIGN:
        return f"Training a designer of crops ({run.architecture}) {where}"
    how = " by the recipe that a search found" if run.recipe else ""
    number = f"{run.seed + 1} of {run.study.seeds}" if run.seed < run.study.seeds else f"{run.seed + 1}"
    return f"Training attacker {number} ({run.architecture}) {where}{how}"


_TITLES = {
    Job.Kind.READ: "Reading photos",
    Job.Kind.IMPORT: "Importing photos",
    Job.Kind.TRAIN: "Training an attacker",
    Job.Kind.CHOOSE: "Taking the crops that the pilot chose",
    Job.Kind.COMBINE: "Averaging architectures",
    Job.Kind.CHECK: "Checking a level",
    Job.Kind.ANALYSE: "Analysing the answers",
    Job.Kind.POWER: "Planning the number of people",
    Job.Kind.SIMULATE: "Robots take part",
    Job.Kind.ASK: "Asking a machine behind an endpoint",
    Job.Kind.NOTIFY: "Sending a notice",
    Job.Kind.FOLLOW: "Cutting photos again after a change by hand",
}
