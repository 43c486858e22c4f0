"""Attention summed up: mean map and strength per class and level, and how much a crop keeps."""

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
        Which class, which level.
    photos
        How many photos.
    mean_map
        Mean over photos of each map's shares, float64 [g, g], sum 1; 0 everywhere where none has evidence.
    strength
        Mean over photos of the map's total, in logits: what scaling each map would hide.
    without_evidence
        Share of photos whose map is 0 everywhere.
    """

    label: int
    level: int
    photos: int
    mean_map: Floats
    strength: float
    without_evidence: float


def by_class_and_level(examples: Sequence[Example], maps: ArrayLike) -> tuple[ClassAttention, ...]:
    """Sum up the maps of photos by class and level.

    Parameters
    ----------
    examples
        n photos.
    maps
        [n, g, g], at least 0, in logits: see `attacker.attention_maps`.

    Returns
    -------
    tuple of ClassAttention
        One per class and level that there is, sorted by class, then level.

    Raises
    ------
    DataError
        If the maps do not fit the photos, or a value is negative.
    """
    attention = _checked(maps, len(examples))
    cells = sorted({(example.label, example.level) for example in examples})
    return tuple(_summed(label, level, attention[_rows(examples, label, level)]) for label, level in cells)


def share_inside(maps: ArrayLike, windows: Sequence[Window]) -> Floats:
    """Return the share of each photo's attention that its crop keeps.

    Parameters
    ----------
    maps
        Over the whole photo, at least 0, [n, g, g].
    windows
        (left, top, right, bottom) of each crop, as shares of the photo's width and height.

    Returns
    -------
    ndarray
        Float64 [n] in [0, 1]; NaN for a map without evidence. Cells cut by an edge count in part.
    """
    attention = _checked(maps, len(windows))
    grid = attention.shape[1]
    kept = []
    for one, (left, top, right, bottom) in zip(attention, windows, strict=True):
        inside = overlap(grid, top, bottom) @ one @ overlap(grid, left, right)
        kept.append(inside / one.sum() if one.sum() > 0 else np.nan)
    return np.array(kept)


def overlay(image: Image.Image, attention: ArrayLike, scale: float) -> NDArray[np.uint8]:
    """Return the photo with its attention laid over it, uint8 [h, w, 3].

    Parameters
    ----------
    image
        RGB.
    attention
        [g, g], at least 0.
    scale
        Attention shown in full colour, the same for all photos that are to be compared: a photo without
        evidence then stays plain.
    """
    if scale <= 0:
        raise DataError("scale must be above 0; take a high quantile of all maps shown together")
    coarse = Image.fromarray(np.clip(np.asarray(attention, dtype=np.float32) / scale, 0, 1))
    fine = np.asarray(coarse.resize(image.size, Image.Resampling.BILINEAR))[..., None]
    colour = _COLD + (_WARM - _COLD) * fine
    mixed = np.asarray(image.convert("RGB")) * (1 - _OPACITY * fine) + colour * _OPACITY * fine
    shown: NDArray[np.uint8] = np.clip(np.round(mixed), 0, 255).astype(np.uint8)
    return shown


def _summed(label: int, level: int, maps: Floats) -> ClassAttention:
    totals = maps.sum((1, 2))
    seen = maps[totals > 0] / totals[totals > 0, None, None]
    mean_map = seen.mean(0) if len(seen) else np.zeros(maps.shape[1:])
    return ClassAttention(
        label, level, len(maps), mean_map, float(totals.mean()), float((totals <= 0).mean())
    )


def _rows(examples: Sequence[Example], label: int, level: int) -> list[int]:
    return [row for row, example in enumerate(examples) if (example.label, example.level) == (label, level)]


def _checked(maps: ArrayLike, photos: int) -> Floats:
    attention = np.asarray(maps, dtype=np.float64)
    if attention.ndim != 3 or attention.shape[1] != attention.shape[2] or len(attention) != photos:
        raise DataError(f"maps {attention.shape} must be [n, g, g] for {photos} photos")
    if (attention < 0).any():
        raise DataError("attention maps are at least 0")
    return attention
