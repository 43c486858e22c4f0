"""Where to cut: windows that keep the subject and lose what the machine looks at.

Pure geometry on two maps of a photo. All windows are in shares of the photo's width and height, so that
one window means the same at every resolution. A crop of a level lies inside the crop of the level before:
what a heavier level shows, every lighter level shows too (to within a pixel, as all crops of a level have
one size in pixels).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float64]
STEPS = 40  # window positions tried along each free axis
LEAST_SUBJECT = 2 / 3  # of the most that a window can keep: without it 3 in 100 crops are bare court or crowd


class CropError(ValueError):
    """Maps or sizes for which there is no window."""


@dataclass(frozen=True)
class Window:
    """A rectangle in a photo, in shares of its width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def contains(self, other: Window, tolerance: float = 1e-9) -> bool:
        """Return whether another window lies inside this one."""
        return (
            self.left - tolerance <= other.left
            and self.top - tolerance <= other.top
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )

    def pixels(self, photo_width: int, photo_height: int) -> tuple[int, int, int, int]:
        """Return the box (left, top, right, bottom) in whole pixels, at least 1 x 1, inside the photo."""
        left, right = _whole_pixels(self.left, self.width, photo_width)
        top, bottom = _whole_pixels(self.top, self.height, photo_height)
        return left, top, right, bottom


WHOLE = Window(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Choice:
    """The window taken, and the shares of subject and attention that it keeps."""

    window: Window
    subject_kept: float
    attention_kept: float


def choose_window(
    subject: Map, attention: Map, *, side: float, within: Window = WHOLE, attention_weight: float = 0.5
) -> Choice:
    """Find the window that keeps most subject and least attention.

    Maximises ``subject kept - attention_weight * attention kept`` over the windows of the level's size that
    keep at least `LEAST_SUBJECT` of what the best of them keeps of the subject.

    Parameters
    ----------
    subject, attention
        Non-negative maps of the whole photo, shape (height, width); the two may differ in size.
    side
        Side of the window as a share of the photo's side, in (0, 1].
    within
        Window of the level before; the result lies inside it.
    attention_weight
        Lambda: 0 keeps the subject only, 1 weighs both alike.

    Raises
    ------
    CropError
        If a map is empty, negative or not finite, or the side does not fit into `within`.
    """
    _check_side(side, within)
    corners = _corners(within, side)
    subject_kept = _shares_kept(subject, corners, side, "subject")
    attention_kept = _shares_kept(attention, corners, side, "attention")
    score = subject_kept - attention_weight * attention_kept
    score[subject_kept < LEAST_SUBJECT * subject_kept.max()] = -np.inf
    row, column = np.unravel_index(int(np.argmax(score)), score.shape)
    window = Window(float(corners[0][column]), float(corners[1][row]), side, side)
    return Choice(window, float(subject_kept[row, column]), float(attention_kept[row, column]))


def centre_window(side: float, within: Window = WHOLE) -> Window:
    """Cut the middle of `within`: the control that no attention decides."""
    _check_side(side, within)
    free_x, free_y = within.width - side, within.height - side
    return Window(within.left + free_x / 2, within.top + free_y / 2, side, side)


def random_window(rng: np.random.Generator, side: float, within: Window = WHOLE) -> Window:
    """Cut anywhere in `within`: the control of equal area."""
    _check_side(side, within)
    free_x, free_y = within.width - side, within.height - side
    return Window(within.left + rng.random() * free_x, within.top + rng.random() * free_y, side, side)


def place(inner: Map, window: Window, size: int = 56) -> Map:
    """Lay a map that was computed on a crop back onto the grid of the whole photo.

    Returns
    -------
    Shape (size, size), zero outside the window; each cell takes the value of the crop's map at its centre.
    """
    centres = (np.arange(size) + 0.5) / size
    rows = _cells_of(centres, window.top, window.height, inner.shape[0])
    columns = _cells_of(centres, window.left, window.width, inner.shape[1])
    placed = np.zeros((size, size))
    inside = np.ix_(rows >= 0, columns >= 0)
    placed[inside] = inner[np.ix_(rows[rows >= 0], columns[columns >= 0])]
    return placed


def share_inside(values: Map, window: Window) -> float:
    """Return the share of a map's mass that lies in a window, in [0, 1]; 0 for a map without any mass."""
    cumulative = _cumulative(values)
    total = cumulative[-1, -1]
    if total == 0:
        return 0.0
    x = np.array([window.left, window.right])
    y = np.array([window.top, window.bottom])
    corners = _at(cumulative, y, x)
    return float((corners[1, 1] - corners[0, 1] - corners[1, 0] + corners[0, 0]) / total)


def cell_shares(values: Map, grid: int, name: str) -> Map:
    """Return the share of a map's mass in each cell of another grid; 0 for a map without any mass.

    Returns
    -------
    Shape (grid, grid).

    Raises
    ------
    CropError
        If the map, called by its `name`, is empty, negative or not finite.
    """
    check_map(values, name)
    edges = np.linspace(0.0, 1.0, grid + 1)
    cumulative = _at(_cumulative(values), edges, edges)
    inside: Map = np.diff(np.diff(cumulative, axis=0), axis=1).clip(0.0)
    return inside / cumulative[-1, -1] if cumulative[-1, -1] else inside


def check_map(values: Map, name: str) -> None:
    if values.ndim != 2 or values.size == 0 or not np.isfinite(values).all() or values.min() < 0:
        raise CropError(f"The {name} map must be a non-empty 2-d array of finite, non-negative numbers.")


def _check_side(side: float, within: Window) -> None:
    if not 0 < side <= min(within.width, within.height) + 1e-9:
        raise CropError(
            f"A window of side {side:g} does not fit into {within.width:g} x {within.height:g}: "
            "list the levels from light to heavy, each smaller than the one before."
        )


def _corners(within: Window, side: float) -> tuple[Map, Map]:
    """Return the left and top edges to try: STEPS positions, first and last touching the border."""
    x = within.left + np.linspace(0.0, max(within.width - side, 0.0), STEPS)
    y = within.top + np.linspace(0.0, max(within.height - side, 0.0), STEPS)
    return x, y


def _shares_kept(values: Map, corners: tuple[Map, Map], side: float, name: str) -> Map:
    """Return the share of the map's mass in every window, [tops, lefts], by one integral image."""
    check_map(values, name)
    cumulative = _cumulative(values)
    total = cumulative[-1, -1]
    if total == 0:  # nothing is attended, or no subject detected: this map has no influence on where to cut
        return np.zeros((len(corners[1]), len(corners[0])))
    x, y = corners
    low, high = _at(cumulative, y, x), _at(cumulative, y + side, x + side)
    inside: Map = (high - _at(cumulative, y, x + side) - _at(cumulative, y + side, x) + low) / total
    return inside


def _cumulative(values: Map) -> Map:
    """Return the integral image with a zero row and column in front, [height + 1, width + 1]."""
    return np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)


def _at(cumulative: Map, y: Map, x: Map) -> Map:
    """Return the integral image at fractional positions, by interpolation: exact for constant cells."""
    rows, columns = cumulative.shape[0] - 1, cumulative.shape[1] - 1
    row, row_rest = _split(y * rows, rows)
    column, column_rest = _split(x * columns, columns)
    upper = cumulative[row][:, column] * (1 - column_rest) + cumulative[row][:, column + 1] * column_rest
    lower = (
        cumulative[row + 1][:, column] * (1 - column_rest) + cumulative[row + 1][:, column + 1] * column_rest
    )
    between: Map = upper * (1 - row_rest[:, None]) + lower * row_rest[:, None]
    return between


def _split(position: Map, cells: int) -> tuple[NDArray[np.intp], Map]:
    """Return the cell of each position, and how far into it the position is."""
    whole = np.clip(np.floor(position), 0, cells - 1).astype(np.intp)
    return whole, np.clip(position - whole, 0.0, 1.0)


def _cells_of(centres: Map, start: float, length: float, cells: int) -> NDArray[np.intp]:
    """Return the index of the crop's cell under each centre; -1 where the centre lies outside the crop."""
    position = (centres - start) / length
    inside = (position >= 0) & (position < 1)
    return np.where(inside, np.floor(position * cells), -1).astype(np.intp)


def _whole_pixels(start: float, length: float, pixels: int) -> tuple[int, int]:
    size = min(max(round(length * pixels), 1), pixels)
    first = min(max(round(start * pixels), 0), pixels - size)
    return first, first + size
