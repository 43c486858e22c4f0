"""Light: the lamps of each venue, soft shadows, hemispheric fill, gloss, and a film-like tone curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.figure.skeleton import BALL_RADIUS, Skeleton
from synthetic.geometry import Array, unit, vector
from synthetic.mesh import Quads
from synthetic.scene.backdrop import Venue

GAMMA = 2.2


@dataclass(frozen=True)
class Lighting:
    """Directions to the lamps (n, 3), their linear colours (n, 3), and the fill from above and below."""

    directions: Array
    colours: Array
    above: Array
    below: Array


@dataclass(frozen=True)
class Blockers:
    """Balls that stand in for bodies when shadows are cast: centres (n, 3) and radii (n,)."""

    centres: Array
    radii: Array


def _lamp(rng: np.random.Generator, low: float, high: float) -> Array:
    height, bearing = np.radians(rng.uniform(low, high)), rng.uniform(0, 2 * np.pi)
    return vector(np.cos(height) * np.sin(bearing), np.sin(height), np.cos(height) * np.cos(bearing))


def draw_lighting(rng: np.random.Generator, venue: Venue) -> Lighting:
    exposure = rng.uniform(0.85, 1.2)
    if venue in ("street", "park"):
        sun = rng.uniform(0.4, 2.2)
        warm = np.array([1.0, rng.uniform(0.85, 0.98), rng.uniform(0.7, 0.95)])
        sky = np.array([0.62, 0.70, 0.82]) * rng.uniform(0.7, 1.0)
        return Lighting(
            _lamp(rng, 25, 70)[None], exposure * sun * warm[None], exposure * sky, exposure * 0.4 * sky
        )
    tint = np.array([1.0, rng.uniform(0.92, 1.0), rng.uniform(0.8, 1.02)])
    strength, fill = {"arena": (0.95, 0.42), "gym": (0.6, 0.62), "night": (1.1, 0.20)}[venue]
    lamps = np.array([_lamp(rng, 40, 75) for _ in range(2)])
    colours = exposure * strength * tint * rng.uniform(0.5, 1.1, (2, 1))
    return Lighting(
        lamps, colours, exposure * fill * tint, exposure * fill * 0.45 * tint * np.array([1.0, 0.9, 0.78])
    )


def linear(colour: Array) -> Array:
    return np.asarray(np.clip(colour, 0, 1) ** GAMMA)


def developed(light: Array) -> Array:
    """Map linear light to sRGB (0-1) with a shoulder that keeps highlights from clipping."""
    exposed = np.maximum(light, 0.0)
    return np.asarray(np.clip(exposed * (1 + exposed / 6.0) / (1 + exposed * 0.62), 0, 1) ** (1 / GAMMA))


def blockers(skeletons: list[Skeleton]) -> Blockers:
    """Stand balls in for heads, trunks, limbs and basketballs."""
    centres, radii = [], []
    for s in skeletons:
        h = s.body.height
        trunk = [(s.pelvis, 0.075), ((s.pelvis + s.neck) / 2, 0.075), (0.2 * s.pelvis + 0.8 * s.neck, 0.08)]
        parts = [(s.head, 0.055), *trunk]
        for arm in s.arms.values():
            parts += [
                ((arm.shoulder + arm.elbow) / 2, 0.026),
                (arm.elbow, 0.022),
                ((arm.elbow + arm.wrist) / 2, 0.022),
            ]
        for leg in s.legs.values():
            parts += [((leg.hip + leg.knee) / 2, 0.05), (leg.knee, 0.034), ((leg.knee + leg.ankle) / 2, 0.03)]
        centres += [p for p, _ in parts]
        radii += [r * h for _, r in parts]
        if s.ball is not None:
            centres.append(s.ball)
            radii.append(BALL_RADIUS)
    return Blockers(np.array(centres), np.array(radii))


@dataclass(frozen=True)
class _ToBlockers:
    """From points (n) to blockers (k): the way along each axis, and its squared length; each (n, k).

    An axis at a time: sums over a last axis of three are ten times slower.
    """

    x: Array
    y: Array
    z: Array
    square: Array

    @classmethod
    def of(cls, points: Array, shade: Blockers) -> _ToBlockers:
        x, y, z = (shade.centres[None, :, axis] - points[:, None, axis] for axis in range(3))
        return cls(x, y, z, x * x + y * y + z * z)

    def along(self, direction: Array) -> Array:
        """Return the part of each way in a direction (3,), or in one for each point (n, 3)."""
        x, y, z = np.atleast_2d(direction).T[:, :, None]
        return np.asarray(self.x * x + self.y * y + self.z * z)


def _sunlit(ways: _ToBlockers, direction: Array, shade: Blockers) -> Array:
    """Return the share of a lamp that reaches each point, soft at the edge of a blocker's shadow."""
    along = ways.along(direction)
    aside = np.sqrt(np.maximum(ways.square - along**2, 0.0))
    covered = np.clip((1.15 - aside / shade.radii) / 0.45, 0, 1) * (along > 1.25 * shade.radii)
    return np.asarray(1 - 0.8 * covered.max(axis=1))


def _openness(ways: _ToBlockers, normal: Array, shade: Blockers) -> Array:
    """Return ambient occlusion by the balls' solid angles (Quilez 2006, sphere occlusion)."""
    distance = np.maximum(np.sqrt(ways.square), 1e-6)
    facing = np.clip(ways.along(normal) / distance, 0, 1)
    outside = distance > 1.12 * shade.radii
    return np.asarray(np.prod(1 - 0.75 * outside * facing * (shade.radii / distance) ** 2, axis=1))


def shaded(quads: Quads, lighting: Lighting, eye: Array, shade: Blockers) -> Array:
    """Return the sRGB colour (n, 3) of every quadrilateral as seen from `eye`."""
    centre = quads.centre
    view = unit(eye - centre)
    away = np.sign((quads.normal * view).sum(-1, keepdims=True)) * quads.thin[:, None] + (
        1 - quads.thin[:, None]
    )
    normal = quads.normal * away
    skyward = (normal[:, 1:2] + 1) / 2
    ways = _ToBlockers.of(centre, shade)
    fill = lighting.below + (lighting.above - lighting.below) * skyward
    light = fill * _openness(ways, normal, shade)[:, None]
    gleam = np.zeros_like(light)
    for direction, colour in zip(lighting.directions, lighting.colours, strict=True):
        facing = normal @ direction
        reach = _sunlit(ways, direction, shade)[:, None]
        light = light + colour * reach * np.clip((facing[:, None] + 0.15) / 1.15, 0, 1)
        half = np.clip((normal * unit(direction + view)).sum(-1, keepdims=True), 0, 1)
        gleam += colour * reach * quads.gloss[:, None] * half**28 * (facing[:, None] > 0)
    grazing = np.clip(1 - (normal * view).sum(-1, keepdims=True), 0, 1) ** 3
    gleam += 0.35 * quads.gloss[:, None] * grazing * lighting.above
    own = linear(quads.colour)
    return developed(own * light + gleam + own * quads.glow[:, None])
