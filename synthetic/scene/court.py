"""The floor: boards or asphalt with the court's lines, shadows and, indoors, a polished reflection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from synthetic.figure.kit import srgb
from synthetic.figure.skeleton import BALL_RADIUS, Skeleton
from synthetic.geometry import Array, unit, vector
from synthetic.scene.camera import Camera
from synthetic.scene.light import Lighting, linear

BASELINE_Z = -1.575
WOODS = ("#d9a566", "#c98f55", "#e0b67c", "#b9824a", "#cfa06a")
GROUNDS = ("#6d7074", "#5b6b78", "#3f7d5b", "#2f6aa0", "#a5523f", "#807a72", "#4b4e55")
PAINTS = ("#8c2230", "#1d3f86", "#2d6b4a", "#4b2a73", "#c9662a", "#2b2f36")


@dataclass(frozen=True)
class Floor:
    """Colours (linear) of ground, painted area and lines; `polish` is the share of mirrored light."""

    ground: Array
    paint: Array
    lines: Array
    polish: float
    boards: bool
    seed: int


def draw_floor(rng: np.random.Generator, indoors: bool) -> Floor:
    pick = WOODS if indoors else GROUNDS
    ground = linear(srgb(pick[rng.integers(len(pick))]))
    paint = linear(srgb(PAINTS[rng.integers(len(PAINTS))])) if rng.random() < 0.7 else ground * 0.92
    polish = rng.uniform(0.06, 0.2) if indoors else 0.0
    return Floor(ground, paint, linear(np.full(3, 0.93)), polish, indoors, int(rng.integers(2**31)))


def _near(distance: Array, half_width: Array | float, blur: Array) -> Array:
    """Cover a line smoothly: 1 on it, 0 off it, soft over a pixel's footprint."""
    return np.clip(0.5 + (half_width - np.abs(distance)) / blur, 0, 1)


def _lines(x: Array, z: Array, pixel: Array) -> Array:
    """Return how much of each floor point is line (FIBA half court, hoop above the origin)."""
    side, depth = np.abs(x), z - BASELINE_Z
    key = np.maximum(
        _near(side - 2.45, 0.03, pixel) * (depth < 5.8), _near(depth - 5.8, 0.03, pixel) * (side < 2.45)
    )
    ring = _near(np.hypot(x, depth - 5.8) - 1.8, 0.03, pixel)
    arc = _near(np.hypot(x, z) - 6.75, 0.03, pixel) * (side < 6.6) * (z > 1.42)
    corner = _near(side - 6.6, 0.03, pixel) * (z < 1.42)
    edges = np.maximum(_near(side - 7.5, 0.03, pixel), _near(depth, 0.03, pixel))
    centre = np.maximum(_near(depth - 14, 0.03, pixel), _near(np.hypot(x, depth - 14) - 1.8, 0.03, pixel))
    inside = (depth > -0.06) & (side < 7.56)
    return np.asarray(np.maximum.reduce([key, ring, arc, corner, edges, centre]) * inside)


def _grain(x: Array, z: Array, floor: Floor, pixel: Array) -> Array:
    """Return the brightness of boards (each of its own tone) or of rough ground."""
    rng = np.random.default_rng(floor.seed)
    tones = rng.normal(0, 1, 4096)
    if not floor.boards:
        spots = tones[(np.floor(x * 40).astype(int) * 31 + np.floor(z * 40).astype(int) * 57) % 4096]
        patches = np.sin(x * 0.9 + tones[0]) * np.sin(z * 0.7 + tones[1]) + 0.5 * np.sin(
            x * 2.3 + z * 1.7 + tones[2]
        )
        return np.asarray(1 + 0.07 * spots * np.clip(0.03 / pixel, 0, 1) + 0.06 * patches)
    row = np.floor(x / 0.085).astype(int)
    board = np.floor(z / 1.3 + tones[row % 4096]).astype(int)
    tone = tones[(row * 131 + board * 71) % 4096]
    gap = 1 - 0.25 * _near(np.mod(x, 0.085) - 0.0425, 0.039, pixel)
    return np.asarray(
        1 + 0.09 * tone * np.clip(0.09 / pixel, 0, 1) + 0.18 * (gap - 0.75) * np.clip(0.03 / pixel, 0, 1)
    )


def floor_light(x: Array, z: Array, pixel: Array, floor: Floor, lighting: Lighting) -> Array:
    """Return the linear light of floor points before shadows, shape (n, 3)."""
    painted = (np.abs(x) < 2.45) & (z - BASELINE_Z < 5.8) & (z > BASELINE_Z)
    base = np.where(painted[:, None], floor.paint, floor.ground) * _grain(x, z, floor, pixel)[:, None]
    base = base + (floor.lines - base) * (0.9 * _lines(x, z, pixel))[:, None]
    lit = lighting.above + (lighting.colours * lighting.directions[:, 1:2]).sum(axis=0)
    return np.asarray(base * lit)


def _bones(s: Skeleton) -> list[tuple[Array, Array, float]]:
    h = s.body.height
    bones = [(s.pelvis, s.neck, 0.085 * h), (s.neck, s.head, 0.05 * h)]
    for arm in s.arms.values():
        bones += [
            (arm.shoulder, arm.elbow, 0.028 * h),
            (arm.elbow, arm.wrist + 0.1 * h * arm.fingers, 0.02 * h),
        ]
    for leg in s.legs.values():
        bones += [(leg.hip, leg.knee, 0.055 * h), (leg.knee, leg.ankle, 0.032 * h)]
        bones.append(
            (
                leg.ankle + 0.03 * h * leg.sole,
                leg.ankle + 0.03 * h * leg.sole + 0.11 * h * leg.toes,
                0.025 * h,
            )
        )
    if s.ball is not None:
        bones.append((s.ball, s.ball + 1e-3, BALL_RADIUS))
    return bones


def _cast(point: Array, direction: Array) -> Array:
    return np.asarray(point - direction * (max(point[1], 0.0) / direction[1]))


def _streak(a: Array, b: Array, radius: float) -> Array:
    """Return the outline, on the floor, of a capsule from a to b (both on the floor)."""
    along = unit(b - a)
    start = np.arctan2(along[2], along[0])
    turnings = (
        np.concatenate([np.linspace(np.pi / 2, 3 * np.pi / 2, 7), np.linspace(-np.pi / 2, np.pi / 2, 7)])
        + start
    )
    ends = np.concatenate([np.tile(a, (7, 1)), np.tile(b, (7, 1))])
    return np.asarray(ends + radius * np.stack([np.cos(turnings), 0 * turnings, np.sin(turnings)], axis=-1))


def shadow(
    skeletons: list[Skeleton], lighting: Lighting, camera: Camera, canvas: tuple[int, int], softness: float
) -> Array:
    """Return how much light (0-1) the players leave on each pixel of the floor, shape (height, width)."""
    light = np.ones((canvas[1], canvas[0]))
    total = lighting.above.mean() + (lighting.colours.mean(axis=1) * lighting.directions[:, 1]).sum()
    lamps = [
        *zip(lighting.directions, lighting.colours.mean(axis=1), strict=True),
        (vector(0, 1, 0), lighting.above.mean()),
    ]
    for direction, strength in lamps:
        mask = _cast_by(skeletons, direction, camera, canvas)
        dark = np.asarray(mask.filter(ImageFilter.GaussianBlur(softness)), dtype=float) / 255
        light -= dark * strength * max(direction[1], 0.1) / total * 0.85
    return np.clip(light, 0.12, 1)


def _cast_by(
    skeletons: list[Skeleton], direction: Array, camera: Camera, canvas: tuple[int, int]
) -> Image.Image:
    """Return where the players stand in the way of one lamp, white on black."""
    mask = Image.new("L", canvas, 0)
    draw = ImageDraw.Draw(mask)
    for a, b, radius in (bone for s in skeletons for bone in _bones(s)):
        outline = _streak(_cast(a, direction), _cast(b, direction), radius)
        if (camera.view(outline)[:, 2] > 0.5).all():
            draw.polygon(camera.project(outline).ravel().tolist(), fill=255)
    return mask
