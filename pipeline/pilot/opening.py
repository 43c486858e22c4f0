"""Opening a pilot, once its rule can pass at all, and closing it."""

from __future__ import annotations

from datetime import datetime

from pipeline.pilot.pilot_outcome import rule_of
from stats.errors import PilotRuleError
from study.design import Design
from study.freezing import pilot_version
from study.freezing.freeze import NotReadyError
from study.models import Pilot, Study
from study.models.people import Mode


def open_pilot(study: Study, now: datetime) -> Pilot:
    """Freeze rule and windows, and give the pilot its link.

    Raises NotReadyError if it cannot be run as it is planned; the message says what to do.
    """
    try:
        rule_of(Design.of(study))
    except PilotRuleError as error:
        raise NotReadyError([f"{error}."]) from error
    return pilot_version.open_pilot(study, now)


def close_pilot(study: Study, mode: Mode, now: datetime) -> None:
    """Close the pilot of a study; the loop then takes the crops that the answers of this mode choose.

    Raises NotReadyError if there is none, or nobody has completed it in this mode.
    """
    pilot = Pilot.objects.of(study)
    if pilot is None:
        raise NotReadyError(["The pilot is not open yet, so there is nothing to choose by."])
    pilot_version.close_pilot(pilot, mode, now)
