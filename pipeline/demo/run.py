"""The main job from photos to verdict, on a study made for it; a second run finds the first's work."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from pipeline.analysis.analyse import request_analysis
from pipeline.crops.levels import add_levels
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import import_photos
from pipeline.loop import advance
from pipeline.models import Analysis, Job, Loop
from study.freezing.freeze import freeze, open_study
from study.models import Session, Study
from study.models.people import Mode
from study.robots import simulate
from study.robots.observer import Curve
from study.tokens import new_code
from synthetic import draw_set

PER_CLASS = 220
SIDES = (1.0, 0.5, 0.3, 0.2)
PEOPLE = 40
# Planted: robots that recognise an action from a twenty-fifth of the photo more often than not. Not a claim
# about people; it makes the two curves part, so that a newcomer sees what a verdict looks like.
ROBOTS = Curve(mu=0.985, s=0.012)
SEED = 1
SEEDS = 3
POLL_SECONDS = 0.5
Show = Callable[[str, float, str], None]  # stage, share done, message


class DemoFailed(RuntimeError):
    """A step of the demo did not end well; the message says which and why."""


@dataclass(frozen=True)
class Login:
    name: str
    password: str


def demo_directory() -> Path:
    directory = Path(settings.SWEETSPOT_VAR) / "demo"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def ensure_login() -> Login:
    """The demo's researcher; the password is drawn once and lies in var/demo/login.json."""
    kept = demo_directory() / "login.json"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(json.dumps({"name": "demo", "password": f"{new_code()}-{new_code()}"}))
    login = Login(**json.loads(kept.read_text()))
    users = get_user_model()
    if not users.objects.filter(username=login.name).exists():
        users.objects.create_superuser(login.name, password=login.password)
    return login


def run(photos: Path | None, base_url: str, show: Show) -> Analysis:
    """Photos, loop, people, verdict. Every step is skipped when its work is there already."""
    study = ensure_study(photos)
    if not study.items.exists():
        source = photos or _drawn_photos(show)
        import_photos(study, open_source(source), lambda share: show("import", share, source.name))
    _run_loop(study, show)
    _open(study)
    _simulate(study, base_url, show)
    analysis = _analyse(study, show)
    (demo_directory() / "verdict.json").write_text(json.dumps(analysis.result, indent=2))
    return analysis


def ensure_study(photos: Path | None) -> Study:
    """The demo's study: one for the drawn photos, one for each folder of photos."""
    owner = get_user_model().objects.get(username=ensure_login().name)
    code = (
        "demo" if photos is None else f"demo-{hashlib.sha256(str(photos.resolve()).encode()).hexdigest()[:8]}"
    )
    study, created = Study.objects.get_or_create(code=code, defaults=_design(photos, owner))
    if created:
        add_levels(study, SIDES)
    return study


def _design(photos: Path | None, owner: AbstractBaseUser) -> dict[str, object]:
    name = "Demo: drawn basketball photos" if photos is None else f"Demo: photos in {photos.name}"
    return {"name": name, "owner": owner, "seeds": SEEDS, "attacker_preset": "quick"}


def _drawn_photos(show: Show) -> Path:
    def on_progress(done: int, total: int) -> None:
        show("draw", done / total, f"{done} of {total} photos")

    return draw_set(demo_directory() / "photos", PER_CLASS, SEED, on_progress=on_progress)


def _run_loop(study: Study, show: Show) -> None:
    """Start the loop and watch the workers until it ends."""
    state = advance.start(study)
    while not state.is_finished:
        _show_jobs(study, show)
        time.sleep(POLL_SECONDS)
        state.refresh_from_db()
    _show_jobs(study, show)  # what ended with the loop
    if state.state != Loop.State.FINISHED:
        raise DemoFailed(f"The loop ended as {state.state}: {state.reason}")


def _show_jobs(study: Study, show: Show) -> None:
    for job in study.jobs.filter(state=Job.State.RUNNING):
        show(job.key, job.progress, job.message)
    for job in study.jobs.filter(state=Job.State.SUCCEEDED):
        show(job.key, 1.0, "")


def _open(study: Study) -> None:
    if study.version() is None:
        freeze(study, timezone.now())
        open_study(study)


def _simulate(study: Study, base_url: str, show: Show) -> None:
    """Robots go through the site as browsers do; they are marked as simulated everywhere."""
    done = Session.objects.completed().filter(
        participant__version__study=study, participant__mode=Mode.SIMULATED
    )
    missing = PEOPLE - done.count()
    if missing > 0:
        simulate(
            study,
            base_url,
            people=missing,
            seed=SEED + done.count(),
            curve=ROBOTS,
            on_progress=lambda done, total: show("simulated people", done / total, f"{done} of {total}"),
        )


def _analyse(study: Study, show: Show) -> Analysis:
    found = study.analyses.filter(mode=Mode.SIMULATED, result__isnull=False).first()
    if found:
        return found
    analysis = request_analysis(study, Mode.SIMULATED)
    while not analysis.job.is_finished:
        show("analysis", analysis.job.progress, analysis.job.message)
        time.sleep(POLL_SECONDS)
        analysis.job.refresh_from_db()
    if analysis.job.state != Job.State.SUCCEEDED:
        raise DemoFailed(f"The analysis failed: {analysis.job.error}")
    show("analysis", 1.0, "")
    analysis.refresh_from_db()
    return analysis
