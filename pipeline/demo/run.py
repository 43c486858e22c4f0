"""The demo: everything from photos to verdict, on a study of its own; a second run resumes the first."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.demo.demo_study import demo_directory, ensure_study
from pipeline.demo.piloting import run_pilot
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import import_photos
from pipeline.loop import advance
from pipeline.models import Analysis, Job, Loop
from study.freezing.freeze import open_study
from study.models import Session, Study
from study.models.people import Mode
from study.robots import simulate
from study.robots.observer import Curve
from synthetic import draw_set

PER_CLASS = 220
PEOPLE = 40
# Planted: robots that recognise an action nine times in ten where a third of the joints is in sight, and
# guess where none is. Not a claim about people; it makes the two curves part, so that a newcomer sees how
# a verdict looks.
ROBOTS = Curve(threshold=0.15, slope=3.0)
SEED = 1
POLL_SECONDS = 0.5
Show = Callable[[str, float, str], None]  # stage, share done, message


class DemoFailedError(RuntimeError):
    """A step of the demo failed; the message says which and why."""


def run(photos: Path | None, base_url: str, show: Show) -> Analysis:
    """Import photos, run the loop with its pilot, simulate people, analyse; steps done before are skipped.

    Raises DemoFailedError if the loop or the analysis fails; PilotFailedError if no robot can finish the
    pilot.
    """
    study = ensure_study(photos)
    if not study.items.exists():
        source = photos or _drawn_photos(show)
        import_photos(study, open_source(source), lambda share: show("import", share, source.name))
    _run_loop(study, base_url, show)
    _open(study)
    _simulate(study, base_url, show)
    analysis = _analyse(study, show)
    (demo_directory() / "verdict.json").write_text(json.dumps(analysis.result, indent=2))
    return analysis


def _drawn_photos(show: Show) -> Path:
    def on_progress(done: int, total: int) -> None:
        show("draw", done / total, f"{done} of {total} photos")

    return draw_set(demo_directory() / "photos", PER_CLASS, SEED, on_progress=on_progress)


def _run_loop(study: Study, base_url: str, show: Show) -> None:
    """Start the loop and show the workers' progress until it ends; where it waits, robots are the pilot."""
    loop = advance.start(study)
    while not loop.is_finished:
        _show_jobs(study, show)
        if loop.state == Loop.State.WAITING:
            run_pilot(study, base_url, ROBOTS, SEED, show)
        time.sleep(POLL_SECONDS)
        loop.refresh_from_db()
    _show_jobs(study, show)  # those that ended with the loop
    if loop.state != Loop.State.FINISHED:
        raise DemoFailedError(f"The loop ended as {loop.state}: {loop.reason}")


def _show_jobs(study: Study, show: Show) -> None:
    for job in study.jobs.filter(state=Job.State.RUNNING):
        show(job.key, job.progress, job.message)
    for job in study.jobs.filter(state=Job.State.SUCCEEDED):
        show(job.key, 1.0, "")


def _open(study: Study) -> None:
    if study.version() is None:
        freeze_with_machine(study, timezone.now())
        open_study(study)


def _simulate(study: Study, base_url: str, show: Show) -> None:
    """Let robots take part through the web site, as browsers do; they are marked as simulated everywhere."""
    done = Session.objects.completed().filter(
        participant__version__study=study, participant__mode=Mode.SIMULATED
    )
    missing = PEOPLE - done.count()
    if missing > 0:
        report = simulate(
            study,
            base_url,
            people=missing,
            seed=SEED + done.count(),
            curve=ROBOTS,
            on_progress=lambda done, total: show("simulated people", done / total, f"{done} of {total}"),
        )
        if not report.completed:
            raise DemoFailedError(f"No robot finished the study; they ended as {report.statuses}.")


def _analyse(study: Study, show: Show) -> Analysis:
    earlier = study.analyses.filter(mode=Mode.SIMULATED, result__isnull=False).first()
    if earlier:
        return earlier
    analysis = request_analysis(study, Mode.SIMULATED)
    _await(analysis.job, show)
    show("analysis", 1.0, "")
    analysis.refresh_from_db()
    return analysis


def _await(job: Job, show: Show) -> None:
    while not job.is_finished:
        show("analysis", job.progress, job.message)
        time.sleep(POLL_SECONDS)
        job.refresh_from_db()
    if job.state != Job.State.SUCCEEDED:
        raise DemoFailedError(f"The analysis failed: {job.error}")
