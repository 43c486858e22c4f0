"""Lengths on a screen in degrees of visual angle."""

from __future__ import annotations

from math import atan, degrees, radians, tan

MM_PER_CM = 10.0


def degrees_of(pixels: float, mm_per_px: float, distance_cm: float) -> float:
    """Return the angle that a length covers, seen straight on in its middle.

    Examples
    --------
    >>> round(degrees_of(100, mm_per_px=0.1, distance_cm=57.3), 3)
    1.0
    """
    return degrees(2 * atan(pixels * mm_per_px / (2 * MM_PER_CM * distance_cm)))


def pixels_per_degree(mm_per_px: float, distance_cm: float) -> float:
    """Return how many pixels of the screen one degree covers where one looks straight at it.

    Examples
    --------
    >>> round(pixels_per_degree(mm_per_px=0.25, distance_cm=57.3), 1)
    40.0
    """
    return pixels_of(1.0, mm_per_px, distance_cm)


def pixels_of(angle: float, mm_per_px: float, distance_cm: float) -> float:
    """Return the length that covers an angle, in pixels of the screen; the inverse of `degrees_of`."""
    return 2 * MM_PER_CM * distance_cm * tan(radians(angle) / 2) / mm_per_px
