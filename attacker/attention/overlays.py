"""Pictures of attention: overlays of single photos, and the mean map of each class and level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from attacker.attention.summary import ClassAttention, overlay
from attacker.errors import DataError
from attacker.example import Example
from attacker.photos.decoding import decode, read_bytes

TILE, CAPTION, GAP = 160, 16, 4
_INK, _PAPER = (30, 30, 30), (255, 255, 255)
_FULL = 0.99  # quantile of all maps that is shown in full colour


def contact_sheet(
    examples: Sequence[Example], maps: ArrayLike, classes: Sequence[str], *, per_class: int = 6
) -> Image.Image:
    """Return overlays of the first photos of each class and level, one row for each, all on one scale.

    Parameters
    ----------
    examples, maps
        Photos and their attention, float [n, g, g].
    per_class
        Largest number of photos in a row.

    Raises
    ------
    DataError
        If there are no photos, or not one map for each.
    PhotoError
        If a photo cannot be read.

    Examples
    --------
    >>> contact_sheet(photos, attention_maps(attacker, photos), ("dunk", "shoot")).size  # doctest: +SKIP
    (988, 364)
    """
    attention = np.asarray(maps, dtype=np.float64)
    if len(attention) == 0 or len(attention) != len(examples):
        raise DataError(
            f"maps {attention.shape} must be [n, g, g] for the {len(examples)} photos, at least one"
        )
    scale = float(np.quantile(attention, _FULL)) or float(attention.max()) or 1.0
    rows = []
    for label, level in sorted({(example.label, example.level) for example in examples}):
        chosen = [n for n, e in enumerate(examples) if (e.label, e.level) == (label, level)][:per_class]
        tiles = [_overlaid(examples[n], attention[n], scale) for n in chosen]
        rows.append((f"{classes[label]}, level {level}", tiles))
    return _sheet(rows, per_class)


def mean_maps(summary: Sequence[ClassAttention], classes: Sequence[str]) -> Image.Image:
    """Return the mean map of each class (rows) and level (columns), all on one scale.

    Parameters
    ----------
    summary
        As `attacker.by_class_and_level` returns it.

    Raises
    ------
    DataError
        If the summary is empty.

    Examples
    --------
    >>> from pathlib import Path
    >>> from attacker import by_class_and_level
    >>> photo = Example(Path("a.png"), label=0, item="a", level=0, group="a")
    >>> mean_maps(by_class_and_level([photo], np.ones((1, 4, 4))), ("dunk", "shoot")).size
    (320, 184)
    """
    if not summary:
        raise DataError("no attention to draw")
    levels = sorted({cell.level for cell in summary})
    scale = max(float(cell.mean_map.max()) for cell in summary) or 1.0
    grey = Image.new("RGB", (TILE, TILE), (128, 128, 128))
    rows = []
    for label in sorted({cell.label for cell in summary}):
        tiles = [
            Image.fromarray(overlay(grey, cell.mean_map, scale))
            for level in levels
            for cell in summary
            if (cell.label, cell.level) == (label, level)
        ]
        rows.append((f"{classes[label]}, level {', '.join(map(str, levels))}", tiles))
    return _sheet(rows, len(levels))


def _overlaid(example: Example, attention: NDArray[np.float64], scale: float) -> Image.Image:
    image = decode(read_bytes(example.path), example.path)
    image.thumbnail((TILE, TILE))
    return Image.fromarray(overlay(image, attention, scale))


def _sheet(rows: Sequence[tuple[str, Sequence[Image.Image]]], columns: int) -> Image.Image:
    """Return tiles laid out in captioned rows."""
    width, height = columns * (TILE + GAP) + GAP, TILE + CAPTION + GAP
    sheet = Image.new("RGB", (max(width, 2 * TILE), len(rows) * height + GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (caption, tiles) in enumerate(rows):
        top = GAP + number * height
        pen.text((GAP, top), caption, fill=_INK)
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (GAP + column * (TILE + GAP), top + CAPTION))
    return sheet
