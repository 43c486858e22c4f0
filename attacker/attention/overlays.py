"""Pictures of attention: overlays of single photos side by side, and the mean map of each class and level."""

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
    """Return overlays of the first photos of each class and level, a row each, all on one scale.

    Parameters
    ----------
    examples, maps
        Photos and their attention, [n, g, g].
    classes
        Names of the labels.
    per_class
        Most photos of a row.
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
    """Return the mean map of each class (rows) and level (columns), all on one scale."""
    if not summary:
        raise DataError("no attention to draw")
    levels = sorted({one.level for one in summary})
    scale = max(float(one.mean_map.max()) for one in summary) or 1.0
    plain = Image.new("RGB", (TILE, TILE), (128, 128, 128))
    rows = []
    for label in sorted({one.label for one in summary}):
        tiles = [
            Image.fromarray(overlay(plain, one.mean_map, scale))
            for level in levels
            for one in summary
            if (one.label, one.level) == (label, level)
        ]
        rows.append((f"{classes[label]}, level {', '.join(map(str, levels))}", tiles))
    return _sheet(rows, len(levels))


def _overlaid(example: Example, attention: NDArray[np.float64], scale: float) -> Image.Image:
    image = decode(read_bytes(example.path), example.path)
    image.thumbnail((TILE, TILE))
    return Image.fromarray(overlay(image, attention, scale))


def _sheet(rows: Sequence[tuple[str, Sequence[Image.Image]]], columns: int) -> Image.Image:
    """Lay tiles out in captioned rows."""
    width, height = columns * (TILE + GAP) + GAP, TILE + CAPTION + GAP
    sheet = Image.new("RGB", (max(width, 2 * TILE), len(rows) * height + GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (caption, tiles) in enumerate(rows):
        top = GAP + number * height
        pen.text((GAP, top), caption, fill=_INK)
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (GAP + column * (TILE + GAP), top + CAPTION))
    return sheet
