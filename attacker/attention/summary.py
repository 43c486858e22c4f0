"""Summaries of attention: mean map and strength per class and level, and the share that a crop keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from attacker.errors import DataError
from attacker.example import Example
from attacker.grid import Floats, overlap

Window = tuple[float, float, float, float]

_COLD, _WARM = np.array([30.0, 40.0, 120.0]), np.array([255.0, 220.0, 60.0])
_OPACITY = 0.6


@dataclass(frozen=True)
class ClassAttention:
    """Attention to one class at one level.

    Parameters
    ----------
    label, level
        Class and crop level.
    photos
        Number of photos.
    mean_map
        Mean over photos of each map's shares, float64 [g, g], sum 1; all 0 where no map has evidence.
    strength
        Mean over photos of the map's total, in logits, which a scaling of each map would hide.
    without_evidence
        Share of photos whose map is all 0.
    """

    label: int
    level: int
    photos: int
    mean_map: Floats
    strength: float
    without_evidence: float


def by_class_and_level(examples: Sequence[Example], maps: ArrayLike) -> tuple[ClassAttention, ...]:
    """Return the attention of photos by class and level.

    Parameters
    ----------
    examples
        Photos, n of them.
    maps
        Attention over each photo, [n, g, g], at least 0, in logits: see `attacker.attention_maps`.

    Returns
    -------
    One per class and level that occurs, sorted by class, then level.

    Raises
    ------
    DataError
        If the maps do not fit the photos, or a value is negative.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = [Example(Path(f"{n}.png"), label=0, item=str(n), level=1, group=str(n)) for n in (0, 1)]
    >>> (dunks,) = by_class_and_level(photos, [[[3.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    >>> dunks.mean_map.tolist(), dunks.strength, dunks.without_evidence
    ([[0.75, 0.25], [0.0, 0.0]], 2.0, 0.5)
    """
    attention = _checked(maps, len(examples))
    cells = sorted({(example.label, example.level) for example in examples})
    cell_of = [(example.label, example.level) for example in examples]
    return tuple(
        _class_attention(*cell, attention[[row for row, own in enumerate(cell_of) if own == cell]])
        for cell in cells
    )


def share_inside(maps: ArrayLike, windows: Sequence[Window]) -> Floats:
    """Return the share of each photo's attention that its crop keeps.

    Parameters
    ----------
    maps
        Attention over the whole photo, [n, g, g], at least 0.
    windows
        (left, top, right, bottom) of each crop, as shares of the photo's width and height, [n].

    Returns
    -------
    Float64 [n] in [0, 1]; NaN for a map without evidence. Cells cut by an edge count in part.

    Raises
    ------
    DataError
        If there is not one window for each map, or a value is negative.

    Examples
    --------
    >>> share_inside([[[3.0, 1.0], [0.0, 0.0]]], [(0.0, 0.0, 0.5, 1.0)]).tolist()
    [0.75]
    """
    attention = _checked(maps, len(windows))
    grid = attention.shape[1]
    shares = []
    for photo_map, (left, top, right, bottom) in zip(attention, windows, strict=True):
        inside = overlap(grid, top, bottom) @ photo_map @ overlap(grid, left, right)
        shares.append(inside / photo_map.sum() if photo_map.sum() > 0 else np.nan)
    return np.array(shares)


def overlay(image: Image.Image, attention: ArrayLike, scale: float) -> NDArray[np.uint8]:
    """Return a photo with its attention laid over it.

    Parameters
    ----------
    image
        RGB, h pixels high and w wide.
    attention
        Its map, [g, g], at least 0.
    scale
        Attention that is shown in full colour, above 0. It should be the same for all photos that are
        compared: a photo without evidence then stays as it is.

    Returns
    -------
    Uint8 [h, w, 3].

    Raises
    ------
    DataError
        If `scale` is not above 0.

    Examples
    --------
    >>> grey = Image.new("RGB", (2, 2), (100, 100, 100))
    >>> overlay(grey, [[1.0, 0.0], [0.0, 0.0]], scale=1.0)[0].tolist()
    [[193, 172, 76], [100, 100, 100]]
    """
    if scale <= 0:
        raise DataError("scale must be above 0; take a high quantile of all maps shown together")
    coarse = Image.fromarray(np.clip(np.asarray(attention, dtype=np.float32) / scale, 0, 1))
    fine = np.asarray(coarse.resize(image.size, Image.Resampling.BILINEAR))[..., None]
    colour = _COLD + (_WARM - _COLD) * fine
    mixed = np.asarray(image.convert("RGB")) * (1 - _OPACITY * fine) + colour * _OPACITY * fine
    shown: NDArray[np.uint8] = np.clip(np.round(mixed), 0, 255).astype(np.uint8)
    return shown


def _class_attention(label: int, level: int, maps: Floats) -> ClassAttention:
    totals = maps.sum((1, 2))
    shares = maps[totals > 0] / totals[totals > 0, None, None]
    mean_map = shares.mean(0) if len(shares) else np.zeros(maps.shape[1:])
    return ClassAttention(
        label, level, len(maps), mean_map, float(totals.mean()), float((totals <= 0).mean())
    )


def _checked(maps: ArrayLike, photos: int) -> Floats:
    attention = np.asarray(maps, dtype=np.float64)
    if attention.ndim != 3 or attention.shape[1] != attention.shape[2] or len(attention) != photos:
        raise DataError(f"maps {attention.shape} must be [n, g, g] for {photos} photos")
    if (attention < 0).any():
        raise DataError("attention maps are at least 0")
    return attention
