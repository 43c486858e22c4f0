"""Which part of the body each cell of a photo belongs to: pure geometry on landmarks.

A part is everything within a radius of the lines between its joints; the radius is a share of the person's
stature. Where parts overlap, a point belongs to the part whose line is nearest, in units of its radius.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from attacker.grid import Floats
from attacker.photos.landmarks import JOINTS, SIDES, Pose

Size = tuple[int, int]
Line = tuple[Floats, Floats]

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


def parts_of(pose: Pose, size: Size, grid: int) -> Floats:
    """Return the share of each cell that belongs to each part.

    Parameters
    ----------
    pose
        The person's landmarks, of which `has_segment` holds; those less visible than `VISIBLE` are left out.
    size
        (width, height) of the photo in pixels.
    grid
        Rows and columns.

    Returns
    -------
    Float64 [5, grid, grid] in the order of `PARTS`, in [0, 1]; a cell's parts sum to 1.

    References
    ----------
    Drillis and Contini (1966), Body Segment Parameters; lengths as in Winter (2009), Biomechanics and Motor
    Control of Human Movement, 4th ed., fig. 4.1. The radii are ours.

    Examples
    --------
    An upper arm from the middle of the photo downwards:

    >>> from attacker.photos.landmarks import Landmark
    >>> arm = {"left_shoulder": Landmark(0.5, 0.5), "left_elbow": Landmark(0.5, 0.9)}
    >>> arms = parts_of(arm, size=(100, 100), grid=4)[PARTS.index("arms")]
    >>> [float(row.max() > 0) for row in arms]
    [0.0, 1.0, 1.0, 1.0]
    """
    joints = _joints(pose, size)
    stature = _stature(joints)
    points = _points(size, grid)
    distances = np.stack(
        [_distance(points, lines) / (_RADIUS[part] * stature) for part, lines in _lines(joints, stature)]
    )  # [4, rows, columns], in radii
    part_of = np.where(distances.min(0) <= 1, distances.argmin(0), len(PARTS) - 1)  # [rows, columns]
    fine = np.stack([part_of == part for part in range(len(PARTS))]).astype(np.float64)
    cells: Floats = fine.reshape(len(PARTS), grid, _FINER, grid, _FINER).mean((2, 4))
    return cells


def has_segment(pose: Pose) -> bool:
    """Return whether one whole segment of the body is visible, so that the person's stature can be estimated.

    Examples
    --------
    >>> from attacker.photos.landmarks import Landmark
    >>> arm = {"left_shoulder": Landmark(0.4, 0.3), "left_elbow": Landmark(0.4, 0.5)}
    >>> has_segment(arm), has_segment({"nose": Landmark(0.5, 0.1)})
    (True, False)
    """
    visible = {name for name, landmark in pose.items() if landmark.visibility >= VISIBLE}
    return any({f"{side}_{a}", f"{side}_{b}"} <= visible for side in SIDES for a, b in _SEGMENTS)


def body_map(pose: Pose, size: Size, grid: int) -> Floats | None:
    """Return how much of each cell the body covers: a subject map.

    Parameters
    ----------
    pose, size, grid
        As in `parts_of`.

    Returns
    -------
    Float64 [grid, grid] in [0, 1]; None where too few joints are visible to tell how large the person is, or
    none of the body lies inside the photo.

    Examples
    --------
    >>> from attacker.photos.landmarks import Landmark
    >>> pose = {"left_shoulder": Landmark(0.6, 0.2), "left_hip": Landmark(0.6, 0.5)}
    >>> body_map(pose, (200, 200), grid=4).shape
    (4, 4)
    >>> body_map({}, (200, 200), grid=4) is None
    True
    """
    if not has_segment(pose):
        return None
    body: Floats = 1.0 - parts_of(pose, size, grid)[PARTS.index("elsewhere")]
    return body if body.any() else None


def _joints(pose: Pose, size: Size) -> dict[str, Floats]:
    """Return the positions of visible joints, [2] each, in units of the photo's longer side."""
    scale = np.array(size) / max(size)
    return {
        name: np.array([landmark.x, landmark.y]) * scale
        for name, landmark in pose.items()
        if name in JOINTS and landmark.visibility >= VISIBLE
    }


def _stature(joints: Mapping[str, Floats]) -> float:
    """Return the largest estimate of the person's height: foreshortening can only make segments shorter."""
    estimates = [
        np.linalg.norm(joints[f"{side}_{b}"] - joints[f"{side}_{a}"]) / share
        for side in SIDES
        for (a, b), share in _SEGMENTS.items()
        if {f"{side}_{a}", f"{side}_{b}"} <= joints.keys()
    ]
    return float(max(np.max(estimates), 1e-6))


def _points(size: Size, grid: int) -> Floats:
    """Return points all over the photo, [grid * 3, grid * 3, 2], in units of its longer side."""
    centres = (np.arange(grid * _FINER) + 0.5) / (grid * _FINER)
    width, height = np.array(size) / max(size)
    return np.stack(np.meshgrid(centres * width, centres * height), axis=-1)


def _lines(joints: Mapping[str, Floats], stature: float) -> list[tuple[str, list[Line]]]:
    """Return the lines in the middle of each part, in the order of `PARTS`."""
    arms = [
        line
        for side in SIDES
        for line in _limb(joints, side, ("shoulder", "elbow", "wrist"), _HAND * stature)
    ]
    legs = [line for side in SIDES for line in _limb(joints, side, ("hip", "knee", "ankle"), _FOOT * stature)]
    return [("head", _head(joints)), ("torso", _trunk(joints)), ("arms", arms), ("legs", legs)]


def _head(joints: Mapping[str, Floats]) -> list[Line]:
    """Return a line from the nose towards the neck."""
    nose, left, right = (joints.get(name) for name in ("nose", "left_shoulder", "right_shoulder"))
    if nose is None:
        return []
    neck = nose if left is None or right is None else (left + right) / 2
    return [(nose, nose + (neck - nose) * _TO_THE_NECK)]


def _limb(joints: Mapping[str, Floats], side: str, names: Sequence[str], beyond: float) -> list[Line]:
    """Return a limb's two segments, the lower one extended by the length of the hand or foot."""
    places = [joints.get(f"{side}_{name}") for name in names]
    lines = [(a, b) for a, b in pairwise(places) if a is not None and b is not None]
    if lines and places[1] is not None and places[2] is not None:
        a, b = lines[-1]
        lines[-1] = a, b + (b - a) / max(float(np.linalg.norm(b - a)), 1e-6) * beyond
    return lines


def _trunk(joints: Mapping[str, Floats]) -> list[Line]:
    """Return lines from shoulders to hips, close enough to each other to fill the space between them."""
    corners = [joints.get(f"{side}_{name}") for name in ("shoulder", "hip") for side in SIDES]
    left, right, left_hip, right_hip = corners
    if any(corner is None for corner in corners):
        sides = ((left, left_hip), (right, right_hip))
        return [(a, b) for a, b in sides if a is not None and b is not None]
    return [
        (left + (right - left) * share, left_hip + (right_hip - left_hip) * share)  # type: ignore[operator]
        for share in np.linspace(0.0, 1.0, 5)
    ]


def _distance(points: Floats, lines: Sequence[Line]) -> Floats:
    """Return the distance of each point [rows, columns, 2] to the nearest line; infinite without lines."""
    distance = np.full(points.shape[:2], np.inf)
    for start, end in lines:
        along = end - start
        share = ((points - start) @ along / max(float(along @ along), 1e-12)).clip(0, 1)  # of the way
        distance = np.minimum(distance, np.linalg.norm(points - start - share[..., None] * along, axis=-1))
    return distance
