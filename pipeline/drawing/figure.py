"""Flesh and cloth on a skeleton: every part of a player as a coloured surface."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.drawing.geometry import Array, perpendicular, profile, unit
from pipeline.drawing.kit import Kit
from pipeline.drawing.mesh import Surface, ellipsoid, loft, tube
from pipeline.drawing.skeleton import SIDES, SIGN, Arm, Leg, Side, Skeleton

TORSO = (0.0, 0.1, 0.25, 0.42, 0.58, 0.74, 0.84, 0.91, 0.96, 1.0)
TORSO_WIDTH = (0.05, 0.090, 0.092, 0.082, 0.090, 0.104, 0.110, 0.101, 0.070, 0.034)
TORSO_DEPTH = (0.04, 0.066, 0.066, 0.057, 0.061, 0.067, 0.064, 0.055, 0.044, 0.033)
LIMB = (0.0, 0.06, 0.2, 0.35, 0.5, 0.63, 0.8, 0.95, 1.0)
ARM_RADIUS = (0.009, 0.0235, 0.0290, 0.0250, 0.0195, 0.0225, 0.0180, 0.0138, 0.0130)
LEG_RADIUS = (0.03, 0.050, 0.052, 0.044, 0.031, 0.0345, 0.027, 0.0195, 0.019)
SHOE = (0.0, 0.04, 0.18, 0.4, 0.62, 0.82, 0.95, 1.0)


class Tailor:
    """Builds the surfaces of one player at a given fineness (1 for the main player)."""

    def __init__(self, skeleton: Skeleton, kit: Kit, rng: np.random.Generator, fineness: float = 1.0) -> None:
        self.skeleton = skeleton
        self.kit = kit
        self.rng = rng
        self.fineness = fineness
        self.height = skeleton.body.height
        self.girth = skeleton.body.girth

    def surfaces(self) -> list[Surface]:
        parts = [self._torso(), self._seat(), self._neck(), *self._head()]
        for side in SIDES:
            parts += self._arm_parts(side)
            parts += self._leg_parts(side)
        return parts

    def _steps(self, count: int) -> int:
        return max(5, round(count * self.fineness))

    # --- trunk

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
        t = np.linspace(0.24, 1.0, self._steps(44))
        around = self._steps(64)
        ease = profile(t, (0.24, 0.74, 0.86, 0.95, 1.0), (1.05, 1.05, 1.10, 1.10, 1.02))
        points = self._folded(self._trunk(t, around, ease), 0.004)
        return Surface(points, self._shirt_colour(t, around), gloss=0.06)

    def _shirt_colour(self, t: Array, around: int) -> Array:
        kit = self.kit
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        u, a = np.meshgrid(t, angle, indexing="ij")
        colour = np.broadcast_to(kit.shirt, (*u.shape, 3)).copy()
        if kit.side_stripe:
            colour[np.abs(np.abs(np.sin(a)) - 1) < 0.035] = kit.trim
        colour[_number_mask(kit.number, u, a)] = kit.trim
        neckline = 0.985 - np.where(np.cos(a) > 0, 0.075, 0.03) * np.cos(a) ** 2
        side = np.abs(np.sin(a))
        armhole = (side > 0.95) & (u > 0.80)
        colour[(u > neckline - 0.022) | ((side > 0.91) & (u > 0.78))] = kit.trim
        colour[(u > neckline) | armhole] = kit.skin
        return colour

    def _seat(self) -> Surface:
        t = np.linspace(0.0, 0.27, self._steps(14))
        points = self._folded(self._trunk(t, self._steps(36), np.linspace(1.14, 1.09, len(t))), 0.004)
        return Surface(points, self.kit.shorts, gloss=0.05)

    def _folded(self, points: Array, depth: float) -> Array:
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

    def _neck(self) -> Surface:
        s = self.skeleton
        end = s.head - 0.03 * self.height * s.head_frame[:, 1] - 0.008 * self.height * s.head_frame[:, 2]
        start = s.neck - 0.02 * self.height * s.chest_frame[:, 1]
        path = start + np.linspace(0, 1, self._steps(8))[:, None] * (end - start)
        radii = np.linspace(0.038, 0.031, len(path)) * self.height * self.girth
        return Surface(tube(path, radii, s.chest_frame[:, 0], self._steps(18)), self.kit.skin * 0.96, 0.12)

    # --- head

    def _head(self) -> list[Surface]:
        t = np.linspace(0, 1, self._steps(34))
        around = self._steps(36)
        s, h = self.skeleton, self.height
        knots = (0.0, 0.06, 0.2, 0.4, 0.6, 0.8, 0.93, 1.0)
        wide = profile(t, knots, (0.008, 0.021, 0.032, 0.040, 0.0435, 0.0405, 0.026, 0.003)) * h
        deep = profile(t, knots, (0.008, 0.024, 0.038, 0.049, 0.0545, 0.051, 0.033, 0.003)) * h
        forward = profile(t, knots, (0.026, 0.022, 0.010, 0.003, 0.0, -0.002, -0.002, -0.002)) * h
        left, up, ahead = s.head_frame.T
        base = s.head + ((t - 0.5) * 0.132 * h)[:, None] * up + forward[:, None] * ahead
        grid = loft(base, np.tile(left, (len(t), 1)), np.tile(ahead, (len(t), 1)), wide, deep, around)
        u, a = np.meshgrid(t, _signed(around), indexing="ij")
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
        thickness = {"bald": 0.0, "short": 0.003, "afro": 0.022, "flat": 0.009, "long": 0.009, "bun": 0.006}[
            kit.hair
        ]
        if not thickness:
            return []
        hairline = 0.74 - 0.44 * np.clip((abs(a) - 1.2) / 0.5, 0, 1)
        cover = np.clip((u - hairline) / 0.10, 0, 1)
        rough = 1 + 0.25 * self.rng.standard_normal(u.shape) * (kit.hair == "afro")
        swell = (cover * thickness * rough - (cover <= 0) * 0.004) * h
        cap = head + swell[..., None] * unit(head - s.head)
        band = kit.headband is not None
        keep = slice(int(len(u) * (0.74 if band else 0.28)), None)
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

    # --- arms and hands

    def _arm_parts(self, side: Side) -> list[Surface]:
        arm = self.skeleton.arms[side]
        inward = -SIGN[side] * 0.004 * self.height * self.skeleton.chest_frame[:, 0]
        path, t = _limb_path(arm.shoulder + inward, arm.elbow, arm.wrist, self._steps(34))
        axis = _bend_axis(arm.shoulder, arm.elbow, arm.wrist)
        radii = profile(t, LIMB, ARM_RADIUS) * self.height * self.girth
        points = tube(path, radii, axis, self._steps(20))
        colour = np.broadcast_to(self.kit.skin, points.shape).copy()
        if self.kit.sleeve is not None and side == "right":
            colour[(t > 0.32) & (t < 0.97)] = self.kit.sleeve
        return [Surface(points, colour, 0.2), *self._hand(arm, side)]

    def _hand(self, arm: Arm, side: Side) -> list[Surface]:
        h, palm = self.height, self.skeleton.body.palm
        across = np.cross(arm.fingers, arm.palm_normal)
        t = np.linspace(-0.15, 1.05, self._steps(9))
        knots = (-0.15, 0.1, 0.5, 0.9, 1.05)
        wide = profile(t, knots, (0.010, 0.016, 0.0225, 0.022, 0.014)) * h
        deep = profile(t, knots, (0.010, 0.0105, 0.0105, 0.0085, 0.003)) * h
        path = arm.wrist + (t * palm)[:, None] * arm.fingers
        block = loft(
            path,
            np.tile(across, (len(t), 1)),
            np.tile(arm.palm_normal, (len(t), 1)),
            wide,
            deep,
            self._steps(14),
        )
        skin = self.kit.skin
        return [
            Surface(block, skin, 0.14),
            *(Surface(f, skin, 0.14) for f in self._fingers(arm, across, side)),
        ]

    def _fingers(self, arm: Arm, across: Array, side: Side) -> list[Array]:
        palm = self.skeleton.body.palm
        # `across` points left for a hand held out palm down, so that the thumb's side differs by hand.
        thumb = -SIGN[side]
        fingers = [
            self._finger(arm, across, k * 0.0115 * self.height, palm * 0.98, k * arm.spread, length)
            for k, length in ((-1.5, 0.040), (-0.5, 0.046), (0.5, 0.046), (1.5, 0.036))
        ]
        return [
            *fingers,
            self._finger(arm, across, thumb * 0.018 * self.height, palm * 0.35, thumb * 0.8, 0.040),
        ]

    def _finger(
        self, arm: Arm, across: Array, offset: float, along: float, fan: float, length: float
    ) -> Array:
        base = arm.wrist + along * arm.fingers + offset * across
        way = unit(arm.fingers + fan * across)
        bend = np.linspace(0, 1, 6)
        angle = arm.curl * (0.4 + 1.6 * bend)
        step = np.cos(angle)[:, None] * way + np.sin(angle)[:, None] * arm.palm_normal
        path = base + np.concatenate([np.zeros((1, 3)), np.cumsum(step[:-1], axis=0)]) * (
            length * self.height / 5
        )
        radii = np.array([0.0058, 0.0062, 0.0058, 0.0054, 0.0048, 0.0015]) * self.height
        return tube(path, radii, np.cross(way, arm.palm_normal), self._steps(8))

    # --- legs, shorts and shoes

    def _leg_parts(self, side: Side) -> list[Surface]:
        leg = self.skeleton.legs[side]
        path, t = _limb_path(leg.hip, leg.knee, leg.ankle, self._steps(40))
        axis = _bend_axis(leg.hip, leg.knee, leg.ankle)
        front = np.cross(axis, unit(np.gradient(path, axis=0)))
        front = front * np.sign((front[len(front) // 2] @ (leg.knee - (leg.hip + leg.ankle) / 2)) or 1.0)
        belly = profile(
            t, (0.0, 0.25, 0.5, 0.53, 0.66, 0.85, 1.0), (0.0, 0.008, 0.004, 0.0, -0.010, -0.002, 0.0)
        )
        path = path + belly[:, None] * front * self.height
        radii = profile(t, LIMB, LEG_RADIUS) * self.height * self.girth
        sock = t > 1 - 0.5 * self.kit.sock_height
        radii = radii + sock * 0.002 * self.height
        # Shorts hide the upper thigh; leaving it out keeps it from poking through their folds.
        bare = t > 0.3
        points = tube(path, radii, axis, self._steps(22))[bare]
        colour = np.broadcast_to(
            self.kit.skin if self.kit.tights is None else self.kit.tights, points.shape
        ).copy()
        colour[sock[bare]] = self.kit.socks
        return [Surface(points, colour, 0.16), self._shorts(leg, side), *self._shoe(leg)]

    def _shorts(self, leg: Leg, side: Side) -> Surface:
        h = self.height
        start = (
            leg.hip
            + 0.045 * h * self.skeleton.pelvis_frame[:, 1]
            - SIGN[side] * 0.006 * h * self.skeleton.pelvis_frame[:, 0]
        )
        path = start + np.linspace(0, 0.86, self._steps(20))[:, None] * (leg.knee - start)
        t = np.linspace(0, 1, len(path))
        radii = profile(t, (0.0, 0.25, 0.6, 1.0), (0.046, 0.060, 0.060, 0.065)) * h * self.girth
        axis = perpendicular(self.skeleton.pelvis_frame[:, 0], leg.knee - start)
        around = self._steps(32)
        points = self._folded(tube(path, radii, axis, around), 0.004)
        colour = np.broadcast_to(self.kit.shorts, points.shape).copy()
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        if self.kit.side_stripe:
            colour[:, np.sin(angle) * SIGN[side] > 0.93] = self.kit.trim
        colour[t > 0.95] = self.kit.trim if self.kit.side_stripe else self.kit.shorts
        return Surface(points, colour, 0.05)

    def _shoe(self, leg: Leg) -> list[Surface]:
        h = self.height
        t = np.linspace(0, 1, self._steps(18))
        across = np.cross(leg.toes, leg.sole)
        up = -leg.sole
        top = profile(t, SHOE, (0.004, 0.036, 0.046, 0.043, 0.031, 0.022, 0.014, 0.004)) * h
        wide = profile(t, SHOE, (0.004, 0.017, 0.021, 0.0215, 0.026, 0.027, 0.018, 0.003)) * h
        heel = leg.ankle + leg.sole * (0.042 * h) - leg.toes * (0.042 * h)
        path = heel + (t * 0.158 * h)[:, None] * leg.toes + (top / 2)[:, None] * up
        around = self._steps(18)
        points = loft(path, np.tile(across, (len(t), 1)), np.tile(up, (len(t), 1)), wide, top / 2, around)
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        colour = np.broadcast_to(self.kit.shoes, points.shape).copy()
        colour[:, np.cos(angle) < -0.55] = (
            (0.93, 0.93, 0.91) if self.kit.shoes.mean() < 0.8 else (0.75, 0.2, 0.15)
        )
        colour[int(len(t) * 0.35) : int(len(t) * 0.6), np.cos(angle) > 0.6] = self.kit.trim
        return [Surface(points, colour, 0.2)]


def _signed(around: int) -> Array:
    """Return the angles of a ring from -pi to pi, 0 ahead."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    return np.where(angle > np.pi, angle - 2 * np.pi, angle)


def _bump(a: Array, u: Array, at_a: float, at_u: float, wide: float, high: float) -> Array:
    return np.asarray(np.exp(-(((a - at_a) / wide) ** 2) - ((u - at_u) / high) ** 2))


def _bend_axis(root: Array, hinge: Array, end: Array) -> Array:
    return unit(np.cross(hinge - root, end - hinge) + 1e-9 * np.ones(3))


def _limb_path(root: Array, hinge: Array, end: Array, count: int) -> tuple[Array, Array]:
    """Return points along two bones with the corner rounded off, and their places (hinge at .5)."""
    t = np.linspace(0, 1, count)
    bones = np.where(
        t[:, None] < 0.5, root + 2 * t[:, None] * (hinge - root), hinge + (2 * t[:, None] - 1) * (end - hinge)
    )
    round_off = np.clip(1 - np.abs(t - 0.5) / 0.09, 0, 1)[:, None] ** 2
    chord = 0.045 * (unit(root - hinge) + unit(end - hinge)) * np.linalg.norm(hinge - root)
    return bones + round_off * chord, t


@lru_cache(maxsize=128)
def _digits(number: int) -> Image.Image:
    tile = Image.new("L", (96, 96))
    ImageDraw.Draw(tile).text(
        (48, 48), str(number), fill=255, font=ImageFont.load_default(86), anchor="mm", stroke_width=2
    )
    return tile


def _number_mask(number: int, u: Array, a: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
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
