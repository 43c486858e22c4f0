"""Shirt, number, seat of the shorts, and neck."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from synthetic.figure.part import Part
from synthetic.geometry import Array, profile, unit
from synthetic.mesh import Surface, loft, tube

TORSO = (0.0, 0.1, 0.25, 0.42, 0.58, 0.74, 0.84, 0.91, 0.96, 1.0)
TORSO_WIDTH = (0.05, 0.090, 0.092, 0.082, 0.090, 0.104, 0.110, 0.101, 0.070, 0.034)
TORSO_DEPTH = (0.04, 0.066, 0.066, 0.057, 0.061, 0.067, 0.064, 0.055, 0.044, 0.033)


class Trunk(Part):
    """The body from the crotch to the neck."""

    def surfaces(self) -> list[Surface]:
        return [self._torso(), self._seat(), self._neck()]

    def _spine_path(self, t: Array) -> Array:
        """Follow a Bezier curve from the crotch to the base of the neck."""
        s = self.skeleton
        low = s.pelvis - 0.06 * self.height * s.pelvis_frame[:, 1]
        top = s.neck + 0.022 * self.height * s.chest_frame[:, 1]
        a, b = low + 0.14 * self.height * s.pelvis_frame[:, 1], top - 0.14 * self.height * s.chest_frame[:, 1]
        u = t[:, None]
        return (1 - u) ** 3 * low + 3 * u * (1 - u) ** 2 * a + 3 * u**2 * (1 - u) * b + u**3 * top

    def _trunk_axes(self, t: Array) -> tuple[Array, Array]:
        s, u = self.skeleton, t[:, None]
        left = unit((1 - u) * s.pelvis_frame[:, 0] + u * s.chest_frame[:, 0])
        ahead = unit((1 - u) * s.pelvis_frame[:, 2] + u * s.chest_frame[:, 2])
        return left, ahead

    def _trunk(self, t: Array, around: int, ease: Array) -> Array:
        left, ahead = self._trunk_axes(t)
        wide = profile(t, TORSO, TORSO_WIDTH) * self.height * self.girth * ease
        deep = profile(t, TORSO, TORSO_DEPTH) * self.height * self.girth * ease
        return loft(self._spine_path(t), left, ahead, wide, deep, around)

    def _torso(self) -> Surface:
        t = np.linspace(0.24, 1.0, self.steps(44))
        around = self.steps(64)
        ease = profile(t, (0.24, 0.74, 0.86, 0.95, 1.0), (1.05, 1.05, 1.10, 1.10, 1.02))
        points = self.folded(self._trunk(t, around, ease), 0.004)
        return Surface(points, self._shirt_colour(t, around), gloss=0.06)

    def _shirt_colour(self, t: Array, around: int) -> Array:
        kit = self.kit
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        u, a = np.meshgrid(t, angle, indexing="ij")
        colour = np.broadcast_to(kit.shirt, (*u.shape, 3)).copy()
        if kit.side_stripe:
            colour[np.abs(np.abs(np.sin(a)) - 1) < 0.035] = kit.trim
        colour[_number_mask(kit.number, u, a)] = kit.trim
        side = np.abs(np.sin(a))
        neckline = 0.985 - np.where(np.cos(a) > 0, 0.085, 0.035) * np.clip(1 - (side / 0.6) ** 2, 0, 1)
        armhole = (side > 0.95) & (u > 0.80)
        colour[(u > neckline - 0.022) | ((side > 0.91) & (u > 0.78))] = kit.trim
        colour[(u > neckline) | armhole] = kit.skin
        return colour

    def _seat(self) -> Surface:
        t = np.linspace(0.0, 0.27, self.steps(14))
        points = self.folded(self._trunk(t, self.steps(36), np.linspace(1.14, 1.09, len(t))), 0.004)
        return Surface(points, self.kit.shorts, gloss=0.05)

    def _neck(self) -> Surface:
        s = self.skeleton
        end = s.head - 0.03 * self.height * s.head_frame[:, 1] - 0.008 * self.height * s.head_frame[:, 2]
        start = s.neck - 0.02 * self.height * s.chest_frame[:, 1]
        path = start + np.linspace(0, 1, self.steps(8))[:, None] * (end - start)
        radii = np.linspace(0.038, 0.031, len(path)) * self.height * self.girth
        return Surface(tube(path, radii, s.chest_frame[:, 0], self.steps(18)), self.kit.skin * 0.96, 0.12)


@lru_cache(maxsize=128)
def _digits(number: int) -> Image.Image:
    tile = Image.new("L", (96, 96))
    ImageDraw.Draw(tile).text(
        (48, 48), str(number), fill=255, font=ImageFont.load_default(86), anchor="mm", stroke_width=2
    )
    return tile


def _number_mask(number: int, u: Array, a: Array) -> npt.NDArray[np.bool_]:
    """Say which points of the shirt lie on the number, on chest (small) and back (large)."""
    mask = np.zeros(u.shape, dtype=bool)
    tile = np.asarray(_digits(number)) > 127
    for middle, half_width, low, high in ((0.0, 0.52, 0.50, 0.74), (np.pi, 0.62, 0.46, 0.78)):
        offset = np.angle(np.exp(1j * (a - middle)))
        x = np.round((offset / half_width + 1) / 2 * 95).astype(int)
        y = np.round((high - u) / (high - low) * 95).astype(int)
        inside = (x >= 0) & (x < 96) & (y >= 0) & (y < 96)
        mask[inside] |= tile[y[inside], x[inside]]
    return mask
