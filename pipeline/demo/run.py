"""The demo: everything from photos to verdict, on a study of its own; a second run resumes the first."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.crops.levels import add_levels
from pipeline.demo.piloting import run_pilot
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import import_photos
from pipeline.loop import advance
from pipeline.models import Analysis, Job, Loop
from study.freezing.freeze import open_study
from study.models import Session, Study
from study.models.people import Mode
from study.models.studies import LevelFamily
from study.robots import simulate
from study.robots.observer import Curve
from study.tokens import new_code
from synthetic import draw_set

PER_CLASS = 220
SHARES = (1.0, 0.8, 0.5, 0.35)  # of the player, whose joints come with the drawn photos
PEOPLE = 40
# Planted: robots that recognise an action nine times in ten where a third of the joints is in sight, and
# guess where none is. Not a claim about people; it makes the two curves part, so that a newcomer sees how
# a verdict looks.
ROBOTS = Curve(threshold=0.15, slope=3.0)
SEED = 1
SEEDS = 3
POLL_SECONDS = 0.5
Show = Callable[[str, float, str], None]  # stage, share done, message


class DemoFailedError(RuntimeError):
    """A step of the demo failed; the message says which and why."""


@dataclass(frozen=True)
class Login:
    """Name and password of the demo's researcher."""

    name: str
    password: str


def demo_directory() -> Path:
    """Return the folder of the demo's files."""
    directory = Path(settings.SWEETSPOT_VAR) / "demo"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def ensure_login() -> Login:
    """Return the login of the demo's researcher; its password is drawn once, into var/demo/login.json."""
    path = demo_directory() / "login.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({"name": "demo", "password": f"{new_code()}-{new_code()}"}))
    login = Login(**json.loads(path.read_text()))
    users = get_user_model()
    if not users.objects.filter(username=login.name).exists():
        users.objects.create_superuser(login.name, password=login.password)
    return login


def run(photos: Path | None, base_url: str, show: Show) -> Analysis:
    """Import photos, run the loop with its pilot, simulate people, analyse; steps done before are skipped.

    Raises
    ------
    DemoFailedError
        If the loop or the analysis fails.
    PilotFailedError
        If no robot can finish the pilot.
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


def ensure_study(photos: Path | None) -> Study:
    """Return the demo's study: one for the drawn photos, one for each folder of photos."""
    if photos is None:
        code, name = "demo", "Demo: drawn basketball photos"
    else:
        folder = hashlib.sha256(str(photos.resolve()).encode()).hexdigest()[:8]
        code, name = f"demo-{folder}", f"Demo: photos in {photos.name}"
    owner = get_user_model().objects.get(username=ensure_login().name)
    design = {
        "name": name,
        "owner": owner,
        "seeds": SEEDS,
        "attacker_preset": "quick",
        "level_family": LevelFamily.SUBJECT,
        "pilot": True,
    }
    study, created = Study.objects.get_or_create(code=code, defaults=design)
    if created:
        add_levels(study, SHARES)
    return study


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
    while not analysis.job.is_finished:
        show("analysis", analysis.job.progress, analysis.job.message)
        time.sleep(POLL_SECONDS)
        analysis.job.refresh_from_db()
    if analysis.job.state != Job.State.SUCCEEDED:
        raise DemoFailedError(f"The analysis failed: {analysis.job.error}")
    show("analysis", 1.0, "")
    analysis.refresh_from_db()
    return analysis
