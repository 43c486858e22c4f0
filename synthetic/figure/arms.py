"""Arms, hands and fingers."""

from __future__ import annotations

import numpy as np

from synthetic.figure.part import LIMB, Part, bend_axis, limb_path
from synthetic.figure.pose import SIDES, SIGN, Side
from synthetic.figure.skeleton import Arm
from synthetic.geometry import Array, profile, unit
from synthetic.mesh import Surface, loft, tube

ARM_RADIUS = (0.009, 0.0235, 0.0290, 0.0250, 0.0195, 0.0225, 0.0180, 0.0138, 0.0130)


class Arms(Part):
    """Both arms, bare or in a sleeve."""

    def surfaces(self) -> list[Surface]:
        return [surface for side in SIDES for surface in self._arm_parts(side)]

    def _arm_parts(self, side: Side) -> list[Surface]:
        arm = self.skeleton.arms[side]
        inward = -SIGN[side] * 0.004 * self.height * self.skeleton.chest_frame[:, 0]
        path, t = limb_path(arm.shoulder + inward, arm.elbow, arm.wrist, self.steps(34))
        axis = bend_axis(arm.shoulder, arm.elbow, arm.wrist)
        radii = profile(t, LIMB, ARM_RADIUS) * self.height * self.girth
        points = tube(path, radii, axis, self.steps(20))
        colour = np.broadcast_to(self.kit.skin, points.shape).copy()
        if self.kit.sleeve is not None and side == "right":
            colour[(t > 0.32) & (t < 0.97)] = self.kit.sleeve
        return [Surface(points, colour, 0.2), *self._hand(arm, side)]

    def _hand(self, arm: Arm, side: Side) -> list[Surface]:
        h, palm = self.height, self.skeleton.body.palm
        across = np.cross(arm.fingers, arm.palm_normal)
        t = np.linspace(-0.15, 1.05, self.steps(9))
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
            self.steps(14),
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
        return tube(path, radii, np.cross(way, arm.palm_normal), self.steps(8))
