"""Surfaces as grids of points: lofts through rings, and the quadrilaterals they fall into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from synthetic.geometry import Array, unit


@dataclass(frozen=True)
class Surface:
    """A grid of points (rings, around, 3) with a colour (sRGB, 0-1) at each; rings close on themselves."""

    points: Array
    colour: Array
    gloss: float = 0.1
    closed: bool = True
    thin: bool = False
    glow: float = 0.0


@dataclass(frozen=True)
class Quads:
    """Quadrilaterals ready for shading: corners (n, 4, 3), normal, colour (n, 3), gloss, glow, thin (n,)."""

    corners: Array
    normal: Array
    colour: Array
    gloss: Array
    glow: Array
    thin: Array

    @property
    def centre(self) -> Array:
        return np.asarray(self.corners.mean(axis=1))

    def __getitem__(self, keep: object) -> Quads:
        return Quads(*(getattr(self, f)[keep] for f in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: Iterable[Quads]) -> Quads:
        columns = zip(*([getattr(p, f) for f in p.__dataclass_fields__] for p in parts), strict=True)
        return cls(*(np.concatenate(c) for c in columns))


def loft(
    centres: Array, left: Array, ahead: Array, half_width: Array, half_depth: Array, around: int
) -> Array:
    """Sweep ellipses along a path; angle 0 points ahead and a quarter turn points left. (n, around, 3)."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    sideways = half_width[:, None, None] * np.sin(angle)[None, :, None] * left[:, None, :]
    forwards = half_depth[:, None, None] * np.cos(angle)[None, :, None] * ahead[:, None, :]
    return np.asarray(centres[:, None, :] + sideways + forwards)


def tube(path: Array, radii: Array, axis: Array, around: int, flat: float = 1.0) -> Array:
    """Loft a round tube along a path that bends about `axis` (which becomes its left)."""
    tangent = unit(np.gradient(path, axis=0))
    left = unit(axis[None, :] - (tangent @ axis)[:, None] * tangent)
    ahead = np.cross(left, tangent)
    return loft(path, left, ahead, radii, radii * flat, around)


def ellipsoid(centre: Array, frame: Array, radii: Array, rings: int, around: int) -> Array:
    """Return an ellipsoid whose poles lie on the frame's second axis."""
    latitude = np.linspace(-np.pi / 2, np.pi / 2, rings)
    spine = centre + radii[1] * np.sin(latitude)[:, None] * frame[:, 1]
    left, ahead = np.tile(frame[:, 0], (rings, 1)), np.tile(frame[:, 2], (rings, 1))
    return loft(spine, left, ahead, radii[0] * np.cos(latitude), radii[2] * np.cos(latitude), around)


def _corner_grid(grid: Array, closed: bool) -> Array:
    ring = np.concatenate([grid, grid[:, :1]], axis=1) if closed else grid
    return np.stack([ring[:-1, :-1], ring[:-1, 1:], ring[1:, 1:], ring[1:, :-1]], axis=2)


def _normals(points: Array, closed: bool) -> Array:
    along = np.gradient(points, axis=0)
    if closed:
        around = np.roll(points, -1, axis=1) - np.roll(points, 1, axis=1)
        normal = unit(np.cross(along, around))
        outward = points - points.mean(axis=1, keepdims=True)
        return np.asarray(normal * np.sign((normal * outward).sum() + 1e-12))
    return unit(np.cross(along, np.gradient(points, axis=1)))


def quads(surface: Surface) -> Quads:
    """Cut a surface into quadrilaterals with smooth normals."""
    corners = _corner_grid(surface.points, surface.closed).reshape(-1, 4, 3)
    count = len(corners)
    normal = _corner_grid(_normals(surface.points, surface.closed), surface.closed).mean(axis=2)
    colour = np.broadcast_to(surface.colour, surface.points.shape)
    return Quads(
        corners,
        unit(normal.reshape(-1, 3)),
        _corner_grid(colour, surface.closed).mean(axis=2).reshape(-1, 3),
        np.full(count, surface.gloss),
        np.full(count, surface.glow),
        np.full(count, float(surface.thin)),
    )
