"""How large the pixels of a session's screen are, and how large photos are to be on it."""

from __future__ import annotations

from django.db import transaction

from study.models import Session, Stimulus
from study.plan import Plan, plan_of
from study.sessions.lifecycle import locked, size_is_due
from study.sessions.wire import ScreenSize
from study.sizing.screen_measure import NOT_MEASURED, assumed_distance
from study.sizing.shown_sizes import BY_DEGREES, area_at, longest_side
from study.sizing.visual_angle import degrees_of


@transaction.atomic
def size_measured(token: str, size: ScreenSize) -> Session:
    """Store how large a pixel of the screen is, once; with it the distance that the design assumes."""
    session = locked(token)
    if session.status != Session.Status.CONSENTED or not size_is_due(session):
        return session
    design = plan_of(session.participant.version).design
    session.size_known_by = size.known_by
    if size.known_by != NOT_MEASURED:
        session.screen_mm_per_px = size.mm_per_px
        session.viewing_distance_cm = assumed_distance(
            design, session.input_device, session.viewport_w or 0, session.viewport_h or 0
        )
    session.save(update_fields=["size_known_by", "screen_mm_per_px", "viewing_distance_cm"])
    return session


def area_of(session: Session) -> float:
    """Return how large the longest photo is to be on a screen, in its pixels; 0: as large as fits."""
    plan = plan_of(session.participant.version)
    if plan.design.shown_size != BY_DEGREES:
        return 0.0
    return area_at(
        plan.longest_side,
        plan.design.source_px_per_degree,
        session.screen_mm_per_px,
        session.viewing_distance_cm,
    )


def degrees_on(session: Session, pixels: float | None) -> float | None:
    """Return a length on a person's screen in degrees; None where it or the screen was not measured."""
    mm_per_px, distance = session.screen_mm_per_px, session.viewing_distance_cm
    if pixels is None or mm_per_px is None or distance is None:
        return None
    return degrees_of(pixels, mm_per_px, distance)


def extent_of(stimulus: Stimulus, plan: Plan) -> float | None:
    """Return the share of the photos' area that the longer side of one takes; None where each fills it."""
    if not plan.longest_side:
        return None
    window, item = (stimulus.window_width, stimulus.window_height), stimulus.item
    return min(1.0, longest_side(window, (item.width, item.height)) / plan.longest_side)
