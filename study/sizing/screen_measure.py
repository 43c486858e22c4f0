"""How a session's screen and viewing distance are known, and whether they are still to be measured."""

from __future__ import annotations

from typing import Protocol

NEVER, OFFERED, REQUIRED = "never", "offered", "required"  # whether the screen is measured
CARD, RULER, NOT_MEASURED = "card", "ruler", "not_measured"  # how a session's screen was
BLIND_SPOT, TAPE = "blind_spot", "tape"  # how a session's distance was measured
# Why it was not: the design does not ask, the person went on without, no room, two tries failed.
PLANNED, SKIPPED, TOO_NARROW, IMPLAUSIBLE = "planned", "skipped", "too_narrow", "implausible"
MEASURED_DISTANCE = (BLIND_SPOT, TAPE)
MOST_TRIES = 2  # at the blind spot
LEAST_MM_PER_PX, MOST_MM_PER_PX = 0.02, 1.5  # finer and coarser than any phone and any projector
HANDHELD_BELOW = 600  # CSS px: a touch device with a shorter side than this is held in the hand


class Distances(Protocol):
    """The distances that a design assumes, in centimetres."""

    @property
    def viewing_distance_cm(self) -> float:
        """Of computers and tablets."""

    @property
    def handheld_distance_cm(self) -> float:
        """Of phones."""


def is_due(asks: str, known_by: str) -> bool:
    """Return whether a session's screen is still to be measured, or to be passed over."""
    return asks != NEVER and not known_by


def distance_is_due(asks: bool, mm_per_px: float | None, known_by: str) -> bool:
    """Return whether the distance is still to be measured: only on a screen whose size is known."""
    return asks and mm_per_px is not None and not known_by


def assumed_distance(design: Distances, input_device: str, width: int, height: int) -> float:
    """Return from how far a person looks, in centimetres, as the design assumes it for such a device."""
    in_the_hand = input_device == "touch" and min(width, height) < HANDHELD_BELOW
    return design.handheld_distance_cm if in_the_hand else design.viewing_distance_cm
