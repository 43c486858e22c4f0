"""How large a photo is drawn: as large as fits, or all at one magnification.

Where every crop is blown up to the same size, a heavier level is also more magnified, and what people lose by
the one cannot be told from what they gain by the other. At one magnification a crop is as small on the screen
as its window is in the photo.
"""

from __future__ import annotations

from study.sizing.visual_angle import pixels_of

FILL, BY_PIXELS, BY_DEGREES = "fill", "pixels", "degrees"
ROUNDING = 0.02  # sides are drawn as whole pixels, which is up to so much of a small photo


def longest_side(window: tuple[float, float], photo: tuple[int, int]) -> float:
    """Return the longer side of a window in pixels of its photo.

    Parameters
    ----------
    window
        Its width and height, as shares of the photo's.
    photo
        Width and height in pixels.
    """
    return max(share * side for share, side in zip(window, photo, strict=True))


def area_at(
    source_px: float, source_px_per_degree: float, mm_per_px: float | None, distance_cm: float | None
) -> float:
    """Return how large the study's longest photo is to be, in pixels of the screen; 0: as large as fits.

    Parameters
    ----------
    source_px
        Its longest side, in its own pixels.
    source_px_per_degree
        How many of them are to cover one degree.
    mm_per_px, distance_cm
        The person's screen and distance; None where the screen was not measured.
    """
    if mm_per_px is None or distance_cm is None:
        return 0.0
    return pixels_of(source_px / source_px_per_degree, mm_per_px, distance_cm)


def falls_short(shown_degrees: float, planned_degrees: float) -> bool:
    """Return whether a photo covered fewer degrees than planned, by more than whole pixels explain.

    Examples
    --------
    >>> falls_short(3.99, planned_degrees=4.0), falls_short(3.5, planned_degrees=4.0)
    (False, True)
    """
    return shown_degrees < (1 - ROUNDING) * planned_degrees
