"""The crop rule of levels by subject: of all windows that keep the subject, the one with least attention.

Pure geometry on two maps of a photo. A window is square in pixels; it may have any size and lie anywhere in
the photo. A level says which share of the subject stays in sight, not which share of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.crops.windows import WHOLE, Choice, CropError, Map, Window, check_map

SIZES = 24  # sides tried, from the largest square to the smallest, each smaller by the same factor
PLACES = 32  # positions tried along each axis; the first and the last touch the border
ROUNDING = 1e-9  # shares that differ by less are equal
NESTED_COST = 0.02  # of the attention: what a window inside the lighter crop may keep more than another
KEPT_TOLERANCE = 0.05  # of the subject: how far a random window may differ from the one it controls for


@dataclass(frozen=True)
class SubjectRule:
    """What every crop of a level must keep.

    Parameters
    ----------
    subject_share
        Least share of the photo's subject map inside the window, in (0, 1].
    least_fill
        Least mean of the subject map inside the window, in [0, 1]: how large the subject must appear.
    least_pixels
        Least side of the window in pixels of the source photo.
    """

    subject_share: float
    least_fill: float
    least_pixels: int


@dataclass(frozen=True)
class SubjectChoice(Choice):
    """The window taken, how much of it the subject fills, and whether the next lighter crop contains it."""

    subject_fill: float
    nested: bool


@dataclass(frozen=True)
class Sides:
    """Of one photo at one level, in its pixels: side of the window taken, and of the largest allowed one."""

    chosen: int
    largest: int


class NoReadableWindowError(CropError):
    """No window keeps enough of the subject, large enough: the photo has no crop at this level."""


@dataclass(frozen=True)
class Candidates:
    """The windows that are tried, and what each keeps; edges are shares of the photo, arrays [n]."""

    left: Map
    top: Map
    right: Map
    bottom: Map
    subject: Map
    attention: Map
    fill: Map

    def best(self, allowed: NDArray[np.bool_]) -> int | None:
        """Return the allowed window with least attention, the smallest of equals; None if none is allowed."""
        if not allowed.any():
            return None
        least = self.attention[allowed].min()
        area = (self.right - self.left) * (self.bottom - self.top)
        return int(np.where(allowed & (self.attention <= least + ROUNDING), area, np.inf).argmin())

    def best_nested(self, allowed: NDArray[np.bool_], within: Window) -> int | None:
        """Return the best allowed window, or the best inside an area if that costs little attention."""
        best = self.best(allowed)
        nested = self.best(allowed & self.inside(within))
        if best is None or nested is None:
            return best
        return nested if self.attention[nested] <= self.attention[best] + NESTED_COST else best

    def readable(self, rule: SubjectRule) -> NDArray[np.bool_]:
        """Return which windows show enough of the subject, large enough."""
        readable: NDArray[np.bool_] = (self.subject >= rule.subject_share - ROUNDING) & (
            self.fill >= rule.least_fill
        )
        return readable

    def inside(self, area: Window) -> NDArray[np.bool_]:
        """Return which windows lie inside an area."""
        inside: NDArray[np.bool_] = (
            (self.left >= area.left - ROUNDING)
            & (self.top >= area.top - ROUNDING)
            & (self.right <= area.right + ROUNDING)
            & (self.bottom <= area.bottom + ROUNDING)
        )
        return inside

    def choice(self, number: int, within: Window) -> SubjectChoice:
        """Return one candidate as the window taken."""
        left, top = float(self.left[number]), float(self.top[number])
        window = Window(left, top, float(self.right[number]) - left, float(self.bottom[number]) - top)
        return SubjectChoice(
            window,
            float(self.subject[number]),
            float(self.attention[number]),
            float(self.fill[number]),
            nested=within.contains(window),
        )


def choose_among(tried: Candidates, rule: SubjectRule, within: Window) -> SubjectChoice:
    """Return the window with least attention that keeps the subject, among those that were measured.

    A window inside the next lighter crop is taken unless that keeps more than `NESTED_COST` of the attention
    beyond what the best window anywhere keeps.

    Raises NoReadableWindowError if no window fulfils the rule.
    """
    best = tried.best_nested(tried.readable(rule), within)
    if best is None:
        raise NoReadableWindowError(
            f"No square window of at least {rule.least_pixels} pixels keeps {rule.subject_share:.0%} of the "
            f"subject and is filled by it to {rule.least_fill:.0%}: the photo is left out at this level. "
            "Lower the least size or fill, or give a box of the subject."
        )
    return tried.choice(best, within)


def sides_allowed(
    subject: Map, attention: Map, photo: tuple[int, int], rule: SubjectRule, within: Window = WHOLE
) -> Sides:
    """Return how large the window of the crop rule is, and how large one may be that keeps to it.

    Raises NoReadableWindowError if no window fulfils the rule.
    """
    tried = candidates(subject, attention, photo, rule.least_pixels, within)
    chosen = choose_among(tried, rule, within).window
    largest = float((tried.right - tried.left)[tried.readable(rule)].max())
    return Sides(round(chosen.width * photo[0]), round(largest * photo[0]))


def random_as_large(
    rng: np.random.Generator, subject: Map, photo: tuple[int, int], side: int, subject_kept: float
) -> SubjectChoice | None:
    """Draw a window of a side in pixels that keeps as much of the subject, wherever attention lies.

    Returns a random one of those whose share of the subject lies within `KEPT_TOLERANCE`; None if there is
    none.
    """
    if side > min(photo):
        return None
    tried = _measured(subject, np.zeros((1, 1)), _squares(photo, np.array([float(side)]), WHOLE, 4 * PLACES))
    alike = np.flatnonzero(np.abs(tried.subject - subject_kept) <= KEPT_TOLERANCE)
    return tried.choice(int(rng.choice(alike)), WHOLE) if len(alike) else None


def centre_square(photo: tuple[int, int], side: int) -> Window:
    """Return the square of a side in pixels in the middle of a photo, at most as large as fits."""
    width, height = (min(side, min(photo)) / length for length in photo)
    return Window((1 - width) / 2, (1 - height) / 2, width, height)


def candidates(
    subject: Map, attention: Map, photo: tuple[int, int], least_pixels: int, within: Window = WHOLE
) -> Candidates:
    """Measure the squares that are tried: all over the photo, and more closely inside the lighter crop."""
    check_map(subject, "subject")
    check_map(attention, "attention")
    areas = [WHOLE] if within == WHOLE else [WHOLE, within]
    parts = [
        _measured(subject, attention, _squares(photo, _sides(photo, least_pixels, area), area, PLACES))
        for area in areas
    ]
    return Candidates(
        *(np.concatenate(arrays) for arrays in zip(*(vars(part).values() for part in parts), strict=True))
    )


@dataclass(frozen=True)
class _Squares:
    """Edges of squares: `left`, `right` [sizes, places] across, `top`, `bottom` [sizes, places] down."""

    left: Map
    right: Map
    top: Map
    bottom: Map


def _sides(photo: tuple[int, int], least_pixels: int, area: Window) -> Map:
    """Return the sides to try inside an area, in whole pixels, so that a crop is exactly square."""
    width, height = photo
    largest = np.floor(min(area.width * width, area.height * height) + ROUNDING)
    if largest < max(least_pixels, 1):
        return np.empty(0)
    return np.unique(np.geomspace(max(least_pixels, 1), largest, SIZES).round())


def _squares(photo: tuple[int, int], sides: Map, area: Window, places: int) -> _Squares:
    width, height = photo
    free = np.linspace(0.0, 1.0, places)
    across, down = sides[:, None] / width, sides[:, None] / height
    left = area.left + free * (area.width - across).clip(0)
    top = area.top + free * (area.height - down).clip(0)
    return _Squares(left, left + across, top, top + down)


def _measured(subject: Map, attention: Map, squares: _Squares) -> Candidates:
    """Return every square at every place, row by row, with what it keeps."""
    sizes, places = squares.left.shape
    shape = (sizes, places, places)  # sizes, tops, lefts
    left, right = (np.broadcast_to(edge[:, None, :], shape).ravel() for edge in (squares.left, squares.right))
    top, bottom = (np.broadcast_to(edge[:, :, None], shape).ravel() for edge in (squares.top, squares.bottom))
    inside = _mass(subject, squares)
    area = (right - left) * (bottom - top)
    fill = inside / subject.size / area
    return Candidates(
        left,
        top,
        right,
        bottom,
        _shares(inside, subject),
        _shares(_mass(attention, squares), attention),
        fill,
    )


def _mass(values: Map, squares: _Squares) -> Map:
    """Return the mass of a map inside each square, [sizes * places * places]: exact for constant cells."""
    rows = _overlaps(squares.top, squares.bottom, values.shape[0])
    columns = _overlaps(squares.left, squares.right, values.shape[1])
    bands = (rows.reshape(-1, values.shape[0]) @ values).reshape(*rows.shape[:2], values.shape[1])
    mass: Map = (bands @ columns.transpose(0, 2, 1)).ravel()
    return mass


def _overlaps(start: Map, end: Map, cells: int) -> Map:
    """Return which share of each cell of an axis lies between start and end, [sizes, places, cells]."""
    first = np.arange(cells)
    overlaps: Map = (
        np.minimum(end[..., None] * cells, first + 1) - np.maximum(start[..., None] * cells, first)
    ).clip(0, 1)
    return overlaps


def _shares(mass: Map, values: Map) -> Map:
    total = float(values.sum())
    return mass / total if total else np.zeros_like(mass)
