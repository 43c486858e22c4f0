"""Vectors and rotations. World axes: x to the right, y up, z towards the court; metres and radians."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

UP: Array = np.array([0.0, 1.0, 0.0])
DOWN: Array = -UP
AHEAD: Array = np.array([0.0, 0.0, 1.0])


def vector(x: float, y: float, z: float) -> Array:
    return np.array([x, y, z], dtype=np.float64)


def unit(v: Array) -> Array:
    """Scale vectors along the last axis to length one; a zero vector stays zero."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.asarray(v / np.maximum(length, 1e-12))


def rotation(axis: Array, angle: float) -> Array:
    """Rodrigues' rotation matrix about a unit axis."""
    x, y, z = axis
    skew = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew)


def turn(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Array:
    """Rotate by roll about z, then pitch about x (forwards), then yaw about y (to the left)."""
    return np.asarray(
        rotation(UP, yaw) @ rotation(vector(1, 0, 0), pitch) @ rotation(vector(0, 0, 1), roll),
    )


def towards(origin: Array, goal: Array, max_angle: float) -> Array:
    """Return the unit direction nearest to `goal` that is at most `max_angle` away from `origin`."""
    a, b = unit(origin), unit(goal)
    angle = float(np.arccos(np.clip(a @ b, -1.0, 1.0)))
    axis = unit(np.cross(a, b))
    if angle <= max_angle or not axis.any():
        return b
    return np.asarray(rotation(axis, max_angle) @ a)


def perpendicular(v: Array, direction: Array) -> Array:
    """Return the unit part of `v` at right angles to `direction`; any such vector if `v` is parallel."""
    along = unit(direction)
    across = v - (v @ along) * along
    if np.linalg.norm(across) < 1e-6:
        return perpendicular(np.roll(along, 1) + vector(0.1, 0.2, 0.3), along)
    return unit(across)


def profile(at: Array, knots: Sequence[float], values: Sequence[float]) -> Array:
    """Interpolate smoothly through a body profile given at a few knots (cosine between them)."""
    x, y = np.asarray(knots), np.asarray(values)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    t = np.clip((at - x[k]) / (x[k + 1] - x[k]), 0.0, 1.0)
    smooth = (1 - np.cos(np.pi * t)) / 2
    return np.asarray(y[k] + (y[k + 1] - y[k]) * (0.5 * t + 0.5 * smooth))


def facing_yaw(direction: Array) -> float:
    """Return the yaw that turns the z axis towards a direction's horizontal part."""
    return float(np.arctan2(direction[0], direction[2]))
