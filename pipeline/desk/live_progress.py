"""What the desk shows of a study's loop: one fragment, both for the first load and for polling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pipeline.intake.import_job import report_of
from pipeline.models import AttackerRun, Job, Loop
from study.models import Session, Study, StudyVersion
from study.models.people import Mode

RECENT = 8
CURVE_WIDTH, CURVE_HEIGHT = 120, 32


@dataclass(frozen=True)
class Curve:
    """Validation accuracy by epoch, as the points of a small SVG line."""

    points: str
    last: float


def progress_of(study: Study) -> dict[str, Any]:
    """Return the context of the progress fragment."""
    jobs = study.jobs.all()
    loop = Loop.objects.filter(study=study).first()
    finished = jobs.exclude(state__in=Job.UNFINISHED).order_by("-finished_at")
    unfinished = list(jobs.unfinished().select_related("run"))
    running = [job for job in unfinished if job.state == Job.State.RUNNING]
    loop_runs = bool(loop and loop.state == Loop.State.RUNNING)
    return {
        "study": study,
        "loop": loop,
        "entries": loop.entries.all() if loop else [],
        "running": [(job, curve_of(job)) for job in running],
        "queued": len(unfinished) - len(running),
        "recent": [(job, report_of(job)) for job in finished[:RECENT]],
        "done": jobs.filter(state=Job.State.SUCCEEDED).count(),
        "polling": loop_runs or bool(unfinished),
    }


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


def people_of(version: StudyVersion | None) -> list[dict[str, Any]]:
    """Return how many sessions a version has, by mode and status; the modes are never added up."""
    if version is None:
        return []
    now = timezone.now()
    rows = []
    for mode in Mode:
        sessions = Session.objects.filter(participant__version=version, participant__mode=mode)
        if sessions.exists():
            rows.append(
                {
                    "mode": mode.label,
                    "completed": sessions.completed().count(),
                    "running": sessions.filter(status__in=Session.RUNNING, lease_until__gt=now).count(),
                    "withdrawn": sessions.filter(status=Session.Status.WITHDRAWN).count(),
                    "all": sessions.count(),
                }
            )
    return rows
