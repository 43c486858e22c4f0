"""Where to put grey boxes: the same trade of subject against attention as the crop rule, cell by cell.

Pure geometry on two maps of a photo. The photo is a grid of GRID x GRID cells; a level of side s covers as
much of it as a crop of side s would cut away. What a lighter level covers, every heavier level covers too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.crops.windows import LEAST_SUBJECT, CropError, Map, cell_shares

GRID = 14
GREY = (128, 128, 128)
Cells = NDArray[np.bool_]
_DIGITS = (GRID * GRID + 3) // 4


@dataclass(frozen=True)
class Cover:
    """Covered cells [GRID, GRID], and the shares of subject and attention that stay in sight."""

    cells: Cells
    subject_kept: float
    attention_kept: float


def choose_cover(
    subject: Map, attention: Map, *, side: float, within: Cells | None = None, attention_weight: float = 0.5
) -> Cover:
    """Cover the cells that hold least subject and most attention.

    Of all covers of the level's size, it leaves in sight the highest
    ``subject kept - attention_weight * attention kept``. Among equals, cells far from the centre go first.
    Where that leaves less than `LEAST_SUBJECT` of the subject that could be left, attention weighs half as
    much, and half again, until enough is left.

    Parameters
    ----------
    subject, attention
        Non-negative maps of the whole photo, shape (height, width).
    side
        The level: 1 - side^2 of the area is covered, in whole cells.
    within
        Cells that the level before covered; they stay covered.
    attention_weight
        Lambda, as in `pipeline.crops.windows.choose_window`.

    Raises
    ------
    CropError
        If a map is negative or not finite, or the level before covered more than this one would.
    """
    shares = cell_shares(subject, GRID, "subject"), cell_shares(attention, GRID, "attention")
    before = np.zeros((GRID, GRID), dtype=bool) if within is None else within
    enough = LEAST_SUBJECT * _least_worth_first(*shares, 0.0, side, before).subject_kept
    chosen = _least_worth_first(*shares, attention_weight, side, before)
    while chosen.subject_kept < enough:
        attention_weight /= 2
        chosen = _least_worth_first(*shares, attention_weight, side, before)
    return chosen


def random_order(rng: np.random.Generator) -> NDArray[np.intp]:
    """Return all cells in a random order: the control that no attention decides."""
    return rng.permutation(GRID * GRID)


def rim_order() -> NDArray[np.intp]:
    """Return all cells from the rim to the centre: the control that keeps the middle in sight."""
    return np.argsort(-_distance_from_centre().ravel(), kind="stable")


def cover_first(order: NDArray[np.intp], side: float, before: Cells | None = None) -> Cells:
    """Cover the first cells of an order until the level's share is reached.

    Raises
    ------
    CropError
        If the side is not in (0, 1], or the level before covered more than this one would.
    """
    count = round((1 - side**2) * GRID * GRID)
    if not 0 < side <= 1 or (before is not None and before.sum() > count):
        raise CropError(
            f"A level of side {side:g} covers {count} cells, fewer than the level before: "
            "list the levels from light to heavy."
        )
    cells = np.zeros(GRID * GRID, dtype=bool)
    cells[order[:count]] = True
    return cells.reshape(GRID, GRID)


def cover(photo: Image.Image, cells: Cells) -> Image.Image:
    """Lay grey over the covered cells of an RGB photo."""
    mask = Image.fromarray(cells.astype(np.uint8) * 255).resize(photo.size, Image.Resampling.NEAREST)
    return Image.composite(Image.new("RGB", photo.size, GREY), photo, mask)


def to_hex(cells: Cells) -> str:
    """Return one bit per cell, row by row, as hexadecimal digits."""
    return f"{int(''.join('1' if cell else '0' for cell in cells.ravel()), 2):0{_DIGITS}x}"


def from_hex(digits: str) -> Cells:
    """Read what `to_hex` wrote; no digits are no boxes."""
    if not digits:
        return np.zeros((GRID, GRID), dtype=bool)
    bits = f"{int(digits, 16):0{GRID * GRID}b}"
    return np.array([bit == "1" for bit in bits]).reshape(GRID, GRID)


def _least_worth_first(subject: Map, attention: Map, weight: float, side: float, before: Cells) -> Cover:
    worth = np.where(before, -np.inf, subject - weight * attention)
    order = np.lexsort((-_distance_from_centre().ravel(), worth.ravel()))
    cells = cover_first(order, side, before)
    return Cover(cells, float(subject[~cells].sum()), float(attention[~cells].sum()))


def _distance_from_centre() -> Map:
    offset = np.arange(GRID) - (GRID - 1) / 2
    distance: Map = np.hypot(offset[:, None], offset[None, :])
    return distance
