"""What a design asks of a person's device, and what is missing there."""

from __future__ import annotations

from study.asking.trial_task import AnsweredBy
from study.choosing.answer_search import SEARCH, way_of_answering
from study.design import Design
from study.models import Session
from study.plan import plan_of
from study.sessions.wire import Device

CLOCK_SLACK_MS = 0.05  # a step is measured, and a clock of 1 ms may seem to move by 1.02
SLOWEST_BRIEF_HZ = 30.0  # a slower screen cannot show a timed photo for the time it should


def answers_must_fit(design: Design) -> bool:
    """Return whether a photo of a least size and all answers must fit into a window together."""
    return design.least_photo_px > 0 and design.asks.has_buttons


def answers_given_by(device: Device, design: Design) -> str:
    """Return how classes are answered on this device; empty in a task that is answered otherwise."""
    if design.asks.answered_by != AnsweredBy.CLASSES:
        return ""
    buttons_fit = device.answers_fit or not answers_must_fit(design)
    return way_of_answering(design.search_answers, buttons_fit=buttons_fit)


def device_problem(device: Device, session: Session) -> str:
    """Return why this device cannot be used, or an empty text."""
    design = plan_of(session.participant.version).design
    if min(device.viewport_w, device.viewport_h) < design.minimum_viewport_px:
        return "viewport"
    fits = device.search_fits if session.answers_by == SEARCH else device.answers_fit
    if answers_must_fit(design) and not fits:
        return "answers"
    if not device.photo_loaded:
        return "photos"
    if not device.storage_works:
        return "storage"
    if design.stimulus_ms is not None and device.refresh_hz < SLOWEST_BRIEF_HZ:
        return "refresh"
    coarsest = design.coarsest_clock_ms
    return (
        "clock" if coarsest is not None and (device.clock_grain_ms or 0.0) > coarsest + CLOCK_SLACK_MS else ""
    )
