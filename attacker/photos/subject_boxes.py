"""The table of where the subject is in each photo, as a box drawn by a person or a detector."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from attacker.errors import DataError
from attacker.grid import overlap
from attacker.photos.class_folders import BOXES
from attacker.photos.sidecars import Table, numbers_of, once, only, read_rows, title_of

_SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Box:
    """A rectangle, in shares of the upright photo's width and height."""

    left: float
    top: float
    right: float
    bottom: float


def read_boxes(table: Table, photos: Collection[str]) -> dict[str, Box]:
    r"""Read the box of the subject of each photo.

    Parameters
    ----------
    table
        CSV with the columns ``photo`` (its path below the folder of photos), ``left``, ``top``, ``right`` and
        ``bottom`` (shares of the upright photo's width and height). Other photos are left out.
    photos
        Paths of the photos to read rows for.

    Returns
    -------
    dict
        A box by photo; photos without a row have none.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, holds a box that is empty or leaves the photo, gives a
        photo two boxes, or knows none of the photos.

    Examples
    --------
    >>> from io import BytesIO
    >>> table = BytesIO(b"photo,left,top,right,bottom\ndunk/1.jpg,.25,0,.75,1\n")
    >>> read_boxes(table, ["dunk/1.jpg"])
    {'dunk/1.jpg': Box(left=0.25, top=0.0, right=0.75, bottom=1.0)}
    """
    where = title_of(table, BOXES)
    rows = numbers_of(read_rows(table, BOXES, ("photo", *_SIDES)), _SIDES, where)
    rows = once(only(rows[["photo", *_SIDES]], photos, where), "boxes", where)
    boxes = {str(photo): Box(*sides) for photo, *sides in rows[["photo", *_SIDES]].itertuples(index=False)}
    for photo, box in boxes.items():
        _require_within_photo(box, f"{where}: the box of {photo}")
    return boxes


def box_map(box: Box, grid: int) -> NDArray[np.float32]:
    """Return which share of each cell the box covers, float32 [grid, grid]: a subject map.

    Parameters
    ----------
    box
        The subject's box.
    grid
        Number of rows, and of columns, over the whole photo.

    Examples
    --------
    >>> box_map(Box(0.25, 0.0, 1.0, 0.5), 2).tolist()
    [[0.5, 1.0], [0.0, 0.0]]
    """
    rows, columns = overlap(grid, box.top, box.bottom), overlap(grid, box.left, box.right)
    return np.outer(rows, columns).astype(np.float32)


def _require_within_photo(box: Box, where: str) -> None:
    if not all(0 <= side <= 1 for side in astuple(box)):
        raise DataError(f"{where} leaves the photo; sides must be shares of its width and height, not pixels")
    if not (box.left < box.right and box.top < box.bottom):
        raise DataError(f"{where} is empty; left must be below right, and top below bottom")
