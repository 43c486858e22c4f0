"""Which part of the body is attended: head, torso, arms, legs, or none of it.

Pure geometry on landmarks and maps. A limb is everything within a radius of the line between its joints, the
radius a share of the person's stature; a place belongs to the part whose radius it is deepest inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from attacker.errors import DataError
from attacker.example import Example
from attacker.grid import Floats
from attacker.photos.landmarks import JOINTS, SIDES, Pose
from stats.inference.clustered_mean import mean_interval

Size = tuple[int, int]

PARTS = ("head", "torso", "arms", "legs", "elsewhere")
VISIBLE = 0.5

_FINER = 3  # points per cell and direction: a limb is thinner than a cell
_SEGMENTS = {  # from joint, to joint: length as a share of stature
    ("shoulder", "elbow"): 0.186,
    ("elbow", "wrist"): 0.146,
    ("shoulder", "hip"): 0.288,
    ("hip", "knee"): 0.245,
    ("knee", "ankle"): 0.246,
}
_RADIUS = {"head": 0.09, "torso": 0.06, "arms": 0.05, "legs": 0.07}  # shares of stature
_TO_THE_NECK = 0.4  # share of the way from the nose to the middle of the shoulders
_HAND, _FOOT = 0.108, 0.09  # beyond wrist and ankle


@dataclass(frozen=True)
class PartAttention:
    """Attention to one part of the body, in the photos of one class at one level.

    Parameters
    ----------
    label, level, part
        Which class, which level, which of `PARTS`.
    photos
        Photos with a person and with evidence: those that the shares are means of.
    without_person, without_evidence
        Photos that are left out, for want of landmarks or of any attention.
    share, low, high
        Mean share of the attention and its 95 % t interval over groups of near-duplicate photos; None where
        too few tell.
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
        """Attention beside what its area would draw by chance; None for a part that is not in sight."""
        return self.share / self.area if self.share is not None and self.area else None


def by_part(
    examples: Sequence[Example], maps: ArrayLike, poses: Sequence[Pose | None], sizes: Sequence[Size]
) -> tuple[PartAttention, ...]:
    """Sum up the attention to parts of the body by class and level.

    Parameters
    ----------
    examples
        n photos.
    maps
        [n, g, g], at least 0, in logits: see `attacker.attention_maps`.
    poses
        Landmarks of the person in each photo, None where there is none.
    sizes
        (width, height) of each photo in pixels.

    Returns
    -------
    tuple of PartAttention
        One per class, level and part, sorted by class, then level.

    Raises
    ------
    DataError
        If the four do not fit each other.
    """
    attention = np.asarray(maps, dtype=np.float64)
    if attention.ndim != 3 or not len(attention) == len(examples) == len(poses) == len(sizes):
        raise DataError(
            f"{len(attention)} maps, {len(poses)} poses and {len(sizes)} sizes for {len(examples)} photos"
        )
    shares, areas = _shares(attention, poses, sizes)
    cells = sorted({(example.label, example.level) for example in examples})
    return tuple(
        _summed(cell, number, examples, shares, areas) for cell in cells for number in range(len(PARTS))
    )


def parts_of(pose: Pose, size: Size, grid: int) -> Floats:
    """Return how much of each cell belongs to each part.

    Parameters
    ----------
    pose
        The person's landmarks; those less visible than `VISIBLE` are left out.
    size
        (width, height) of the photo in pixels.
    grid
        Rows and columns.

    Returns
    -------
    ndarray
        Float64 [5, grid, grid] in the order of `PARTS`, in [0, 1]; a cell's parts sum to 1.

    References
    ----------
    Drillis and Contini (1966), Body Segment Parameters; lengths as in Winter (2009), Biomechanics and Motor
    Control of Human Movement, 4th ed., fig. 4.1. The radii are ours.
    """
    joints = _joints(pose, size)
    stature = _stature(joints)
    places = _places(size, grid)
    depth = np.stack(
        [_nearest(places, lines) / (_RADIUS[part] * stature) for part, lines in _lines(joints, stature)]
    )
    nearest = np.where(depth.min(0) <= 1, depth.argmin(0), len(PARTS) - 1)
    fine = np.stack([nearest == part for part in range(len(PARTS))]).astype(np.float64)
    cells: Floats = fine.reshape(len(PARTS), grid, _FINER, grid, _FINER).mean((2, 4))
    return cells


def _shares(attention: Floats, poses: Sequence[Pose | None], sizes: Sequence[Size]) -> tuple[Floats, Floats]:
    """Return each photo's shares of attention and of area, [n, 5]; NaN without person or evidence."""
    shares, areas = np.full((2, len(attention), len(PARTS)), np.nan)
    for row, (one, pose, size) in enumerate(zip(attention, poses, sizes, strict=True)):
        if pose is None or not _is_in_sight(pose):
            continue
        parts = parts_of(pose, size, one.shape[0])
        areas[row] = parts.mean((1, 2))
        if one.sum() > 0:
            shares[row] = (parts * one).sum((1, 2)) / one.sum()
    return shares, areas


def _summed(
    cell: tuple[int, int], part: int, examples: Sequence[Example], shares: Floats, areas: Floats
) -> PartAttention:
    rows = [row for row, example in enumerate(examples) if (example.label, example.level) == cell]
    person = ~np.isnan(areas[rows, part])
    told = [row for row in rows if not np.isnan(shares[row, part])]
    area = float(areas[rows, part][person].mean()) if person.any() else None
    mean = float(shares[told, part].mean()) if told else None
    low, high = _interval(shares[told, part], [examples[row].group for row in told])
    without = int((~person).sum()), int(person.sum()) - len(told)
    return PartAttention(*cell, PARTS[part], len(told), *without, mean, low, high, area)


def _interval(values: Floats, groups: Sequence[str]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a mean share; nothing where groups of photos are few, or all alike."""
    if len(set(groups)) < 2 or values.std() == 0:
        return None, None
    low, high = mean_interval(values, groups)
    return max(0.0, low), min(1.0, high)


def _joints(pose: Pose, size: Size) -> dict[str, Floats]:
    """Return the visible joints in units of the photo's longer side, whatever its shape."""
    scale = np.array(size) / max(size)
    return {
        name: np.array([mark.x, mark.y]) * scale
        for name, mark in pose.items()
        if name in JOINTS and mark.visibility >= VISIBLE
    }


def _is_in_sight(pose: Pose) -> bool:
    """Whether enough is seen to tell how tall the person is: one whole segment of the body."""
    seen = {name for name, mark in pose.items() if mark.visibility >= VISIBLE}
    return any({f"{side}_{a}", f"{side}_{b}"} <= seen for side in SIDES for a, b in _SEGMENTS)


def _stature(joints: Mapping[str, Floats]) -> float:
    """Return the person's height: foreshortening only shortens, so the largest estimate is the best."""
    estimates = [
        np.linalg.norm(joints[f"{side}_{b}"] - joints[f"{side}_{a}"]) / share
        for side in SIDES
        for (a, b), share in _SEGMENTS.items()
        if {f"{side}_{a}", f"{side}_{b}"} <= joints.keys()
    ]
    return float(max(np.max(estimates), 1e-6))


def _places(size: Size, grid: int) -> Floats:
    """Return the points that stand for the photo, [grid * 3, grid * 3, 2]."""
    centres = (np.arange(grid * _FINER) + 0.5) / (grid * _FINER)
    width, height = np.array(size) / max(size)
    return np.stack(np.meshgrid(centres * width, centres * height), axis=-1)


def _lines(joints: Mapping[str, Floats], stature: float) -> list[tuple[str, list[tuple[Floats, Floats]]]]:
    """Return the lines each part lies around, in the order of `PARTS`."""
    arms = [
        line
        for side in SIDES
        for line in _limb(joints, side, ("shoulder", "elbow", "wrist"), _HAND * stature)
    ]
    legs = [line for side in SIDES for line in _limb(joints, side, ("hip", "knee", "ankle"), _FOOT * stature)]
    return [("head", _head(joints)), ("torso", _trunk(joints)), ("arms", arms), ("legs", legs)]


def _head(joints: Mapping[str, Floats]) -> list[tuple[Floats, Floats]]:
    """Return a line from the nose towards the neck: the face, and what of the head lies behind it."""
    nose, left, right = (joints.get(name) for name in ("nose", "left_shoulder", "right_shoulder"))
    if nose is None:
        return []
    neck = nose if left is None or right is None else (left + right) / 2
    return [(nose, nose + (neck - nose) * _TO_THE_NECK)]


def _limb(
    joints: Mapping[str, Floats], side: str, names: Sequence[str], beyond: float
) -> list[tuple[Floats, Floats]]:
    """Return a limb's two segments, the lower one as much longer as hand or foot reach beyond its joint."""
    seen = [joints.get(f"{side}_{name}") for name in names]
    lines = [(a, b) for a, b in pairwise(seen) if a is not None and b is not None]
    if lines and seen[1] is not None and seen[2] is not None:
        a, b = lines[-1]
        lines[-1] = a, b + (b - a) / max(float(np.linalg.norm(b - a)), 1e-6) * beyond
    return lines


def _trunk(joints: Mapping[str, Floats]) -> list[tuple[Floats, Floats]]:
    """Return lines from shoulders to hips, close enough to each other to fill what lies between."""
    corners = [joints.get(f"{side}_{name}") for name in ("shoulder", "hip") for side in SIDES]
    left, right, left_hip, right_hip = corners
    if any(corner is None for corner in corners):
        sides = ((left, left_hip), (right, right_hip))
        return [(a, b) for a, b in sides if a is not None and b is not None]
    return [
        (left + (right - left) * share, left_hip + (right_hip - left_hip) * share)  # type: ignore[operator]
        for share in np.linspace(0.0, 1.0, 5)
    ]


def _nearest(places: Floats, lines: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Return each place's distance to the nearest of some lines; infinite where there are none."""
    distance = np.full(places.shape[:2], np.inf)
    for start, end in lines:
        along = end - start
        share = ((places - start) @ along / max(float(along @ along), 1e-12)).clip(0, 1)
        distance = np.minimum(distance, np.linalg.norm(places - start - share[..., None] * along, axis=-1))
    return distance
