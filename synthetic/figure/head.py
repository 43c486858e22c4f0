"""Head, face, ears and hair."""

from __future__ import annotations

import numpy as np

from synthetic.figure.part import Part
from synthetic.figure.pose import SIDES, SIGN
from synthetic.geometry import Array, profile, unit
from synthetic.mesh import Surface, ellipsoid, loft, tube

# Of hair, as a share of the height.
THICKNESS = {"bald": 0.0, "short": 0.003, "afro": 0.022, "flat": 0.009, "long": 0.009, "bun": 0.006}


class Head(Part):
    """The head; faces are painted by height on it (0 chin, 1 crown) and angle around it (0 ahead)."""

    def surfaces(self) -> list[Surface]:
        t = np.linspace(0, 1, self.steps(34))
        around = self.steps(36)
        s, h = self.skeleton, self.height
        knots = (0.0, 0.06, 0.2, 0.4, 0.6, 0.8, 0.93, 1.0)
        wide = profile(t, knots, (0.008, 0.021, 0.032, 0.040, 0.0435, 0.0405, 0.026, 0.003)) * h
        deep = profile(t, knots, (0.008, 0.024, 0.038, 0.049, 0.0545, 0.051, 0.033, 0.003)) * h
        forward = profile(t, knots, (0.026, 0.022, 0.010, 0.003, 0.0, -0.002, -0.002, -0.002)) * h
        left, up, ahead = s.head_frame.T
        base = s.head + ((t - 0.5) * 0.132 * h)[:, None] * up + forward[:, None] * ahead
        grid = loft(base, np.tile(left, (len(t), 1)), np.tile(ahead, (len(t), 1)), wide, deep, around)
        u, a = np.meshgrid(t, _ring_angles(around), indexing="ij")
        nose = 0.013 * h * _bump(a, u, 0, 0.40, 0.14, 0.07) - 0.004 * h * _bump(
            abs(a), u, 0.42, 0.53, 0.16, 0.04
        )
        grid = grid + nose[..., None] * ahead
        return [Surface(grid, self._face_colour(u, a), 0.14), *self._ears(), *self._hair(grid, u, a)]

    def _face_colour(self, u: Array, a: Array) -> Array:
        kit = self.kit
        colour = np.broadcast_to(kit.skin, (*u.shape, 3)).copy()
        beard = (u < 0.30) & (abs(a) < 1.5) & ~((abs(a) < 0.32) & (u > 0.2) & (u < 0.26))
        if kit.beard:
            colour[beard] = 0.65 * kit.hair_colour + 0.15 * kit.skin
        colour[(abs(abs(a) - 0.42) < 0.2) & (abs(u - 0.585) < 0.018)] = 0.5 * kit.hair_colour + 0.2 * kit.skin
        colour[(abs(abs(a) - 0.42) < 0.17) & (abs(u - 0.525) < 0.022)] = (0.85, 0.83, 0.8)
        colour[(abs(abs(a) - 0.40) < 0.08) & (abs(u - 0.525) < 0.024)] = (0.08, 0.05, 0.04)
        colour[(abs(a) < 0.3) & (abs(u - 0.225) < 0.025)] = kit.skin * np.array([0.78, 0.55, 0.53])
        hairline = 0.70 - 0.42 * np.clip((abs(a) - 1.2) / 0.5, 0, 1)
        if kit.hair != "bald":
            colour[u > hairline] = kit.hair_colour
        if kit.headband is not None:
            colour[abs(u - 0.70) < 0.05] = kit.headband
        return colour

    def _ears(self) -> list[Surface]:
        s, h = self.skeleton, self.height
        left, up, ahead = s.head_frame.T
        size = np.array([0.006, 0.016, 0.010]) * h
        places = (s.head + SIGN[k] * 0.043 * h * left - 0.004 * h * up - 0.004 * h * ahead for k in SIDES)
        return [Surface(ellipsoid(p, s.head_frame, size, 6, 8), self.kit.skin * 0.92, 0.1) for p in places]

    def _hair(self, head: Array, u: Array, a: Array) -> list[Surface]:
        kit, s, h = self.kit, self.skeleton, self.height
        thickness = THICKNESS[kit.hair]
        if not thickness:
            return []
        hairline = 0.74 - 0.44 * np.clip((abs(a) - 1.2) / 0.5, 0, 1)
        cover = np.clip((u - hairline) / 0.10, 0, 1)
        rough = 1 + 0.25 * self.rng.standard_normal(u.shape) * (kit.hair == "afro")
        swell = (cover * thickness * rough - (cover <= 0) * 0.004) * h
        cap = head + swell[..., None] * unit(head - s.head)
        keep = slice(int(len(u) * (0.28 if kit.headband is None else 0.74)), None)
        texture = 1 + 0.18 * self.rng.standard_normal((*u.shape, 1))
        parts = [Surface(cap[keep], np.clip(kit.hair_colour * texture, 0, 1)[keep], 0.1)]
        return parts + self._tail()

    def _tail(self) -> list[Surface]:
        s, h, hair = self.skeleton, self.height, self.kit.hair
        up, back = s.head_frame[:, 1], -s.head_frame[:, 2]
        if hair == "bun":
            place = s.head + h * (0.045 * up + 0.062 * back)
            return [
                Surface(
                    ellipsoid(place, s.head_frame, np.full(3, 0.024 * h), 9, 12), self.kit.hair_colour, 0.1
                )
            ]
        if hair != "long":
            return []
        t = np.linspace(0, 1, 8)[:, None]
        swing = self.rng.uniform(0.2, 1.2)
        path = s.head + h * (0.03 * up + 0.058 * back + t * 0.05 * swing * back - t**1.5 * 0.12 * up)
        radii = h * np.interp(t[:, 0], [0, 0.2, 0.7, 1], [0.01, 0.022, 0.02, 0.004])
        return [Surface(tube(path, radii, s.head_frame[:, 0], 9), self.kit.hair_colour, 0.1)]


def _ring_angles(around: int) -> Array:
    """Return the angles of a ring from -pi to pi, 0 ahead."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    return np.where(angle > np.pi, angle - 2 * np.pi, angle)


def _bump(a: Array, u: Array, at_a: float, at_u: float, wide: float, high: float) -> Array:
    return np.asarray(np.exp(-(((a - at_a) / wide) ** 2) - ((u - at_u) / high) ** 2))
