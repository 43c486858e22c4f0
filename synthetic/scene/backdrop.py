"""What stands behind the court: a crowd under lights, a gym wall, or a town with trees and sky."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from synthetic.geometry import Array
from synthetic.scene.wall_painter import HIGHEST, Painter

Venue = Literal["arena", "gym", "street", "park", "night"]
INDOORS: tuple[Venue, ...] = ("arena", "gym")


@dataclass(frozen=True)
class Wall:
    """A picture of the surroundings unrolled around the court: sRGB pixels, `scale` of them a metre."""

    pixels: Array
    left: float
    scale: float

    def light(self, along: Array, height: Array) -> Array:
        """Return the sRGB colour at places on the wall (metres along it and up)."""
        rows, columns, _ = self.pixels.shape
        x = np.clip((along - self.left) * self.scale, 0, columns - 1).astype(int)
        y = np.clip(rows - 1 - height * self.scale, 0, rows - 1).astype(int)
        return np.asarray(self.pixels[y, x])


def _arena(p: Painter, lights: bool) -> None:
    p.fade((0.10, 0.09, 0.10), (0.02, 0.02, 0.03))
    p.crowd(1.1, p.rng.uniform(7, 12), p.rng.uniform(0.45, 0.95))
    p.boards(0.0, p.rng.uniform(0.7, 1.1))
    if lights:
        p.lamps(5.5, HIGHEST, int(p.width * p.rng.uniform(0.4, 1.2)), (0.25, 0.7))


def _gym(p: Painter, lights: bool) -> None:
    tone = np.array([p.rng.uniform(0.55, 0.85), p.rng.uniform(0.55, 0.8), p.rng.uniform(0.45, 0.75)])
    p.fade(tuple(tone * 0.85), tuple(tone * 0.6))
    band = tuple(p.rng.uniform(0.1, 0.7, 3))
    p.draw.rectangle(p.box(0, 0, p.width, p.rng.uniform(1.2, 2.2)), fill=p.shade(band))
    for x in np.arange(p.rng.uniform(-2, 0), p.width, p.rng.uniform(1.5, 4)):
        p.draw.line(p.box(x, 0, 0, HIGHEST), fill=p.shade(tuple(tone * 0.65)), width=1)
    if p.rng.random() < 0.5:
        p.crowd(0.7, p.rng.uniform(1.6, 3.5), 0.85)
    if p.rng.random() < 0.6:
        for x in np.arange(p.rng.uniform(-2, 0), p.width, 3.2):
            p.draw.rectangle(p.box(x, 5.2, 2.2, 1.6), fill=p.shade((0.9, 0.95, 1.0), 0.05))
    if lights:
        p.lamps(6.5, 10.0, int(p.width * 0.5), (0.3, 0.6))


def _town(p: Painter, houses: bool, lit: float) -> None:
    x = p.rng.uniform(-5, 0)
    while x < p.width:
        wide = p.rng.uniform(4, 10)
        if houses:
            p.house(x, wide, p.rng.uniform(4, 12), lit)
        x += wide + p.rng.uniform(0, 3)
    for _ in range(int(p.width / (7 if houses else 2.6)) + 1):
        p.foliage(p.rng.uniform(0, p.width), p.rng.uniform(0.6, 2.2), p.rng.uniform(1.2, 3.2))


def _clouds(p: Painter) -> None:
    veil = Image.new("L", p.image.size, 0)
    draw = ImageDraw.Draw(veil)
    for _ in range(int(p.width * 0.8) + 4):
        draw.ellipse(
            p.box(
                p.rng.uniform(-2, p.width),
                p.rng.uniform(5, HIGHEST),
                p.rng.uniform(1, 6),
                p.rng.uniform(0.3, 1.2),
            ),
            fill=150,
        )
    white = Image.new("RGB", p.image.size, (246, 246, 248))
    p.image.paste(white, (0, 0), veil.filter(ImageFilter.GaussianBlur(0.45 * p.scale)))
    p.draw = ImageDraw.Draw(p.image)


def _outdoors(p: Painter, venue: Venue, lights: bool) -> None:
    if venue == "night":
        p.fade((0.14, 0.13, 0.20), (0.02, 0.03, 0.07))
    else:
        blue = p.rng.uniform(0.0, 1.0)
        p.fade(
            (0.82, 0.86 - 0.1 * blue, 0.90 - 0.2 * blue), (0.35 + 0.3 * blue, 0.55 + 0.1 * blue, 0.85), 2.0
        )
        _clouds(p)
    _town(p, venue != "park", 0.4 if venue == "night" else 0.0)
    if venue == "night":
        p.image = p.image.point(lambda v: int(v * 0.6))
        p.draw = ImageDraw.Draw(p.image)
    p.draw.rectangle(p.box(0, 0, p.width, p.rng.uniform(0.1, 0.5)), fill=p.shade("#5d5b55"))
    if p.rng.random() < 0.6:
        p.fence(p.rng.uniform(2.5, 4.5), p.shade("#4d555c" if venue != "night" else "#20242a"))
    if lights:
        p.lamps(5.0, 11.0, max(2, int(p.width * 0.25)), (0.3, 0.7))


def draw_wall(
    rng: np.random.Generator, venue: Venue, lights: bool, span: tuple[float, float], scale: float
) -> Wall:
    """Paint the part of the wall between two places (metres along it)."""
    painter = Painter(rng, span[1] - span[0], scale)
    if venue == "arena":
        _arena(painter, lights)
    elif venue == "gym":
        _gym(painter, lights)
    else:
        _outdoors(painter, venue, lights)
    return Wall(np.asarray(painter.image, dtype=np.float64) / 255, span[0], scale)
