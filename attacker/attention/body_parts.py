"""How much of the attention each part of the body gets: head, torso, arms, legs, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from attacker.attention.body_segments import PARTS, Size, has_segment, parts_of
from attacker.errors import DataError
from attacker.example import Example
from attacker.grid import Floats
from attacker.photos.landmarks import Pose
from stats.inference.clustered_mean import mean_interval


@dataclass(frozen=True)
class PartAttention:
    """Attention to one part of the body, in the photos of one class at one level.

    Parameters
    ----------
    label, level, part
        Class, crop level, and one of `PARTS`.
    photos
        Number of photos with a person and with any attention, which the shares are means of.
    without_person, without_evidence
        Numbers of photos that are left out: without landmarks of a person, or without any attention.
    share, low, high
        Mean share of the attention and its 95 % t interval over groups of near-duplicate photos; None where
        there are too few photos.
    area
        Mean share of the photo's area.
    """

    label: int
    level: int
    part: str
    photos: int
    without_person: int
    without_evidence: int
    share: float | None
    low: float | None
    high: float | None
    area: float | None

    @property
    def relative(self) -> float | None:
        """Share of the attention divided by that of the area; None for a part that is not visible."""
        return self.share / self.area if self.share is not None and self.area else None


def by_part(
    examples: Sequence[Example], maps: ArrayLike, poses: Sequence[Pose | None], sizes: Sequence[Size]
) -> tuple[PartAttention, ...]:
    """Return the attention to each part of the body, by class and level.

    Parameters
    ----------
    examples
        Photos, n of them.
    maps
        Attention over each photo, [n, g, g], at least 0, in logits: see `attacker.attention_maps`.
    poses
        Landmarks of the person in each photo, None where there is none, [n].
    sizes
        (width, height) of each photo in pixels, [n].

    Returns
    -------
    One per class, level and part, sorted by class, then level.

    Raises
    ------
    DataError
        If the lengths of the four differ.

    Examples
    --------
    >>> from pathlib import Path
    >>> from attacker.photos.landmarks import Landmark
    >>> photo = Example(Path("a.png"), label=0, item="a", level=0, group="a")
    >>> arm = {"left_shoulder": Landmark(0.5, 0.5), "left_elbow": Landmark(0.5, 0.9)}
    >>> attention = np.zeros((1, 5, 5))
    >>> attention[0, 3, 2] = 1.0  # on the upper arm
    >>> parts = by_part([photo], attention, [arm], [(100, 100)])
    >>> max(parts, key=lambda part: part.share).part
    'arms'
    """
    attention = np.asarray(maps, dtype=np.float64)
    if attention.ndim != 3 or not len(attention) == len(examples) == len(poses) == len(sizes):
        raise DataError(
            f"{len(attention)} maps, {len(poses)} poses and {len(sizes)} sizes for {len(examples)} photos"
        )
    shares, areas = _shares(attention, poses, sizes)
    cells = sorted({(example.label, example.level) for example in examples})
    return tuple(
        _part_attention(cell, part, examples, shares, areas) for cell in cells for part in range(len(PARTS))
    )


def _shares(attention: Floats, poses: Sequence[Pose | None], sizes: Sequence[Size]) -> tuple[Floats, Floats]:
    """Return each photo's shares of attention and of area, [n, 5]; NaN without person or attention."""
    shares, areas = np.full((2, len(attention), len(PARTS)), np.nan)
    for row, (photo_map, pose, size) in enumerate(zip(attention, poses, sizes, strict=True)):
        if pose is None or not has_segment(pose):
            continue
        parts = parts_of(pose, size, photo_map.shape[0])  # [5, g, g]
        areas[row] = parts.mean((1, 2))
        if photo_map.sum() > 0:
            shares[row] = (parts * photo_map).sum((1, 2)) / photo_map.sum()
    return shares, areas


def _part_attention(
    cell: tuple[int, int], part: int, examples: Sequence[Example], shares: Floats, areas: Floats
) -> PartAttention:
    """Return the attention to one part in the photos of one cell: class and level."""
    rows = [row for row, example in enumerate(examples) if (example.label, example.level) == cell]
    with_person = ~np.isnan(areas[rows, part])
    attended = [row for row in rows if not np.isnan(shares[row, part])]
    area = float(areas[rows, part][with_person].mean()) if with_person.any() else None
    share = float(shares[attended, part].mean()) if attended else None
    low, high = _interval(shares[attended, part], [examples[row].group for row in attended])
    left_out = int((~with_person).sum()), int(with_person.sum()) - len(attended)
    return PartAttention(*cell, PARTS[part], len(attended), *left_out, share, low, high, area)


def _interval(values: Floats, groups: Sequence[str]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a mean share; None for fewer than two groups, or equal values."""
    if len(set(groups)) < 2 or values.std() == 0:
        return None, None
    low, high = mean_interval(values, groups)
    return max(0.0, low), min(1.0, high)
