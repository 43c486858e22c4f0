"""The ball and the hoop."""

from __future__ import annotations

import numpy as np

from synthetic.figure.skeleton import BALL_RADIUS
from synthetic.geometry import UP, Array, turn, unit, vector
from synthetic.mesh import Surface, ellipsoid, tube

RIM = vector(0.0, 3.05, 0.0)
RIM_RADIUS = 0.225
BOARD_Z = -0.376


def ball(centre: Array, rng: np.random.Generator, fineness: float = 1.0) -> Surface:
    """Draw an orange ball with its black seams at a random spin."""
    frame = turn(*rng.uniform(0, 2 * np.pi, 3))
    rings, around = max(10, round(30 * fineness)), max(12, round(44 * fineness))
    points = ellipsoid(centre, frame, np.full(3, BALL_RADIUS), rings, around)
    x, y, z = np.moveaxis((points - centre) @ frame / BALL_RADIUS, -1, 0)
    curve = np.abs(np.hypot(x - 1.25, z) - 0.85), np.abs(np.hypot(x + 1.25, z) - 0.85)
    seam = (np.abs(x) < 0.06) | (np.abs(y) < 0.06) | (curve[0] < 0.06) | (curve[1] < 0.06)
    tone = np.array([0.80, 0.39, 0.15]) * rng.uniform(0.85, 1.1)
    colour = np.broadcast_to(np.clip(tone, 0, 1), points.shape).copy()
    colour[seam] = (0.10, 0.07, 0.06)
    return Surface(points, colour, gloss=0.12)


def _ring(centre: Array, radius: float, thickness: float, count: int, around: int) -> Array:
    angle = np.linspace(0, 2 * np.pi, count)
    path = centre + radius * np.stack([np.cos(angle), 0 * angle, np.sin(angle)], axis=-1)
    return tube(path, np.full(count, thickness), UP, around)


def _net(rng: np.random.Generator, pushed: float) -> list[Surface]:
    """Hang a net of crossing cords; `pushed` bulges it where a ball drops through."""
    depth = np.linspace(0, 1, 9)
    width = RIM_RADIUS * (1 - 0.42 * depth + pushed * np.sin(np.pi * depth))
    sway = rng.normal(0, 0.02, 2)
    cords = []
    for k in range(12):
        for twist in (-1, 1):
            angle = 2 * np.pi * (k + twist * 1.25 * depth) / 12
            path = RIM + np.stack(
                [
                    width * np.cos(angle) + sway[0] * depth,
                    -0.43 * depth,
                    width * np.sin(angle) + sway[1] * depth,
                ],
                axis=-1,
            )
            cords.append(
                Surface(
                    tube(path, np.full(9, 0.007), unit(vector(0.3, 1, 0.2)), 4), np.array([0.93, 0.93, 0.90])
                )
            )
    return cords


def _panel(low: Array, high: Array, colour: Array, steps: tuple[int, int], gloss: float = 0.3) -> Surface:
    """Draw an upright rectangle facing the court, cut finely so that it sorts well."""
    across, up = np.linspace(low[0], high[0], steps[0]), np.linspace(low[1], high[1], steps[1])
    y, x = np.meshgrid(up, across, indexing="ij")
    points = np.stack([x, y, np.full_like(x, low[2])], axis=-1)
    return Surface(points, colour, gloss, closed=False, thin=True)


def _board(pane: Array, frame: Array) -> list[Surface]:
    surface = _panel(vector(-0.9, 2.9, BOARD_Z), vector(0.9, 3.95, BOARD_Z), pane, (37, 29))
    x, y = np.abs(surface.points[..., 0]), surface.points[..., 1]
    colour = np.broadcast_to(pane, surface.points.shape).copy()
    colour[(x > 0.84) | (y < 2.95) | (y > 3.90)] = frame
    box = (x < 0.32) & (y > 3.03) & (y < 3.55)
    colour[box & ~((x < 0.25) & (y > 3.1) & (y < 3.48))] = frame
    return [Surface(surface.points, colour, 0.3, closed=False, thin=True)]


def hoop(rng: np.random.Generator, dunked: bool = False) -> list[Surface]:
    """Draw rim, net, backboard and the post behind it; the rim's centre is above the world's origin."""
    glass = rng.random() < 0.55
    pane = np.array([0.62, 0.68, 0.72]) if glass else np.array([0.92, 0.92, 0.90])
    frame = np.array([0.95, 0.95, 0.95]) if glass else np.array([0.75, 0.14, 0.10])
    red = np.array([0.86, 0.26, 0.10])
    arm = np.linspace(vector(0, 3.05, BOARD_Z), vector(0, 3.05, -RIM_RADIUS), 6)
    brace = np.linspace(vector(0, 3.2, BOARD_Z - 0.04), vector(0, 2.7, BOARD_Z - 1.3), 10)
    post = np.linspace(vector(0, 0, BOARD_Z - 1.3), vector(0, 2.8, BOARD_Z - 1.3), 18)
    steel = np.array([0.16, 0.18, 0.22])
    return [
        *_board(pane, frame),
        Surface(_ring(RIM, RIM_RADIUS, 0.016, 40, 8), red, 0.4),
        Surface(tube(arm, np.full(6, 0.035), vector(1, 0, 0), 8), red, 0.3),
        *_net(rng, 0.18 if dunked else 0.04),
        Surface(tube(brace, np.full(10, 0.07), vector(1, 0, 0), 10), steel, 0.2),
        Surface(tube(post, np.full(18, 0.10), vector(1, 0, 0), 12), steel, 0.2),
    ]
