"""The demo's pilot: robots come by its link, and choose the crops that other robots then judge."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from django.utils import timezone

from pipeline.loop import advance
from pipeline.pilot.opening import close_pilot, open_pilot
from study.freezing.candidates import gather_for_pilot
from study.freezing.pilot_version import answers_needed
from study.models import Participant, Pilot, Session, Study
from study.models.people import Mode
from study.robots import Curve, simulate

TRIALS = 120  # of a person, some ten minutes
FIRST_ROBOT = 1000  # others than those who then judge the photos
Show = Callable[[str, float, str], None]  # stage, share done, message


class PilotFailedError(RuntimeError):
    """No robot could finish the pilot; the message says where to look."""


def run_pilot(study: Study, base_url: str, curve: Curve, seed: int, show: Show) -> None:
    """Open the pilot, let as many robots answer as it needs, and let the loop go on with what they chose.

    Steps that were done before are skipped.

    Raises PilotFailedError if no robot can finish it.
    """
    pilot = Pilot.objects.of(study) or _open(study)
    if pilot.is_open:
        _simulate(pilot, base_url, curve, seed, show)
        close_pilot(study, Mode.SIMULATED, timezone.now())
    advance.advance(study)


def _open(study: Study) -> Pilot:
    """Open the pilot with the trials that its photos allow, and people enough for every window."""
    material = gather_for_pilot(study)
    most = min(material.photos_per_class()) * len(material.categories)
    study.pilot_trials = min(TRIALS, most)
    study.pilot_people = ceil(answers_needed(material) / study.pilot_trials)
    study.save(update_fields=["pilot_trials", "pilot_people"])
    return open_pilot(study, timezone.now())


def _simulate(pilot: Pilot, base_url: str, curve: Curve, seed: int, show: Show) -> None:
    """Let robots answer every list of windows; for those who are turned away, others come."""
    robots = Participant.of_any_stage.filter(version=pilot.version, mode=Mode.SIMULATED)
    wanted = pilot.version.frozen.lists
    while missing := wanted - robots.filter(session__status=Session.Status.COMPLETED).count():
        report = simulate(
            pilot.version.study,
            base_url,
            people=missing,
            seed=seed,
            first=FIRST_ROBOT + robots.count(),
            curve=curve,
            code=pilot.code,
            on_progress=lambda done, total: show("simulated pilot", done / total, f"{done} of {total}"),
        )
        if not report.completed:
            raise PilotFailedError(f"No robot finished the pilot; they ended as {report.statuses}.")
