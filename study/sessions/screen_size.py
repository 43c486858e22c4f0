"""How large pixels are on a session's screen, from how far they are seen, and how large photos are to be."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from study.models import Session, Stimulus
from study.parts.part_device import PartDevice
from study.plan import Plan, plan_of
from study.sessions.holding import locked
from study.sessions.lifecycle import distance_is_due, size_is_due
from study.sessions.wire import Distance, ScreenSize
from study.sizing.blind_spot import Round, estimate_of
from study.sizing.screen_measure import (
    BLIND_SPOT,
    IMPLAUSIBLE,
    MOST_TRIES,
    NOT_MEASURED,
    PLANNED,
    TAPE,
    assumed_distance,
)
from study.sizing.shown_sizes import BY_DEGREES, area_at, longest_side
from study.sizing.visual_angle import degrees_of

DISTANCE_FACTS = ("viewing_distance_cm", "distance_known_by", "distance_spread_cm", "distance_tries")


@transaction.atomic
def size_measured(token: str, size: ScreenSize) -> Session:
    """Store how large a pixel of the screen is, once; with it the distance that the design plans."""
    session = locked(token)
    if session.status != Session.Status.CONSENTED or not size_is_due(session):
        return session
    session.size_known_by = size.known_by
    if size.known_by != NOT_MEASURED:
        session.screen_mm_per_px = size.mm_per_px
        session.viewing_distance_cm = planned_distance(session)
        asks = plan_of(session.participant.version).design.measure_distance
        session.distance_known_by = "" if asks else PLANNED
    session.save(update_fields=["size_known_by", "screen_mm_per_px", *DISTANCE_FACTS])
    return session


@transaction.atomic
def distance_measured(token: str, distance: Distance) -> Session:
    """Store from how far a person looks, once; where that is not measured, the planned distance stays.

    Rounds at the blind spot that cannot be right are asked for once more; after that nobody is asked again.
    """
    session = locked(token)
    if session.status != Session.Status.CONSENTED or not distance_is_due(session):
        return session
    if distance.known_by == BLIND_SPOT:
        _by_the_blind_spot(session, distance.rounds)
    else:
        session.distance_known_by = distance.known_by
    if distance.known_by == TAPE:
        session.viewing_distance_cm = distance.distance_cm
    session.save(update_fields=DISTANCE_FACTS)
    return session


def _by_the_blind_spot(session: Session, rounds: tuple[Round, ...]) -> None:
    assert session.screen_mm_per_px is not None  # or the distance would not be due
    estimate = estimate_of(rounds, session.screen_mm_per_px)
    session.distance_tries += 1
    if estimate.is_plausible:
        session.viewing_distance_cm = estimate.distance_cm
        session.distance_spread_cm = estimate.spread_cm
        session.distance_known_by = BLIND_SPOT
    elif session.distance_tries >= MOST_TRIES:
        session.distance_known_by = IMPLAUSIBLE


def planned_distance(session: Session) -> float:
    """Return from how far a person is to look by the design, in centimetres."""
    design = plan_of(session.participant.version).design
    width, height = session.viewport_w or 0, session.viewport_h or 0
    return assumed_distance(design, session.input_device, width, height)


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


def degrees_on(device: Session | PartDevice, pixels: float | None) -> float | None:
    """Return a length on a person's screen in degrees; None where it or the screen was not measured."""
    mm_per_px, distance = device.screen_mm_per_px, device.viewing_distance_cm
    if pixels is None or mm_per_px is None or distance is None:
        return None
    return degrees_of(pixels, mm_per_px, distance)


def largest_degrees(session: Session) -> float | None:
    """Return the longer side of the largest photo that somebody saw, in degrees; None where nobody knows."""
    plan = plan_of(session.participant.version)
    shown = session.trials.exclude(shown_px=None).order_by().values_list("block_id", "attempt")
    sizes = [
        degrees_on(session.device_in(plan.part_of(block, attempt)), pixels)
        for block, attempt, pixels in shown.annotate(px=Max("shown_px"))
    ]
    return max((size for size in sizes if size is not None), default=None)


def extent_of(stimulus: Stimulus, plan: Plan) -> float | None:
    """Return the share of the photos' area that the longer side of one takes; None where each fills it."""
    if not plan.longest_side:
        return None
    window, item = (stimulus.window_width, stimulus.window_height), stimulus.item
    return min(1.0, longest_side(window, (item.width, item.height)) / plan.longest_side)
