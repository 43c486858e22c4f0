"""What every part of a player needs: the skeleton under it, the kit on it, how finely to cut it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.figure.kit import Kit
from synthetic.figure.skeleton import Skeleton
from synthetic.geometry import Array, unit

# Places along a limb (0 root, .5 hinge, 1 end) at which its radii are given.
LIMB = (0.0, 0.06, 0.2, 0.35, 0.5, 0.63, 0.8, 0.95, 1.0)


@dataclass(frozen=True)
class Part:
    """A part of one player; `fineness` is 1 for the main player and less for people farther away."""

    skeleton: Skeleton
    kit: Kit
    rng: np.random.Generator
    fineness: float = 1.0

    @property
    def height(self) -> float:
        return self.skeleton.body.height

    @property
    def girth(self) -> float:
        return self.skeleton.body.girth

    def steps(self, count: int) -> int:
        return max(5, round(count * self.fineness))

    def folded(self, points: Array, depth: float) -> Array:
        """Press a few soft folds into cloth, along its rings."""
        rings, around, _ = points.shape
        u, a = np.meshgrid(
            np.linspace(0, 1, rings), np.linspace(0, 2 * np.pi, around, endpoint=False), indexing="ij"
        )
        wave = np.zeros_like(u)
        for _ in range(5):
            k, slope, phase = self.rng.integers(1, 6), self.rng.uniform(-9, 9), self.rng.uniform(0, 6.28)
            wave += np.sin(k * a + slope * u + phase) / 2
        middle = points.mean(axis=1, keepdims=True)
        return np.asarray(points + depth * wave[..., None] * unit(points - middle))


def bend_axis(root: Array, hinge: Array, end: Array) -> Array:
    """Return the axis of a hinge between two bones."""
    return unit(np.cross(hinge - root, end - hinge) + 1e-9 * np.ones(3))


def limb_path(root: Array, hinge: Array, end: Array, count: int) -> tuple[Array, Array]:
    """Return points along two bones with the corner rounded off, and their places (hinge at .5)."""
    t = np.linspace(0, 1, count)
    bones = np.where(
        t[:, None] < 0.5, root + 2 * t[:, None] * (hinge - root), hinge + (2 * t[:, None] - 1) * (end - hinge)
    )
    round_off = np.clip(1 - np.abs(t - 0.5) / 0.09, 0, 1)[:, None] ** 2
    chord = 0.045 * (unit(root - hinge) + unit(end - hinge)) * np.linalg.norm(hinge - root)
    return bones + round_off * chord, t
