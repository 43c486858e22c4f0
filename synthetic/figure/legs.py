"""Legs, socks, shoes and the legs of the shorts."""

from __future__ import annotations

import numpy as np

from synthetic.figure.part import LIMB, Part, bend_axis, limb_path
from synthetic.figure.pose import SIDES, SIGN, Side
from synthetic.figure.skeleton import Leg
from synthetic.geometry import perpendicular, profile, unit
from synthetic.mesh import Surface, loft, tube

LEG_RADIUS = (0.03, 0.050, 0.052, 0.044, 0.031, 0.0345, 0.027, 0.0195, 0.019)
SHOE = (0.0, 0.04, 0.18, 0.4, 0.62, 0.82, 0.95, 1.0)


class Legs(Part):
    """Both legs, bare or in tights."""

    def surfaces(self) -> list[Surface]:
        return [surface for side in SIDES for surface in self._leg_parts(side)]

    def _leg_parts(self, side: Side) -> list[Surface]:
        leg = self.skeleton.legs[side]
        path, t = limb_path(leg.hip, leg.knee, leg.ankle, self.steps(40))
        axis = bend_axis(leg.hip, leg.knee, leg.ankle)
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
        points = tube(path, radii, axis, self.steps(22))[bare]
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
        path = start + np.linspace(0, 0.86, self.steps(20))[:, None] * (leg.knee - start)
        t = np.linspace(0, 1, len(path))
        radii = profile(t, (0.0, 0.25, 0.6, 1.0), (0.046, 0.060, 0.060, 0.065)) * h * self.girth
        axis = perpendicular(self.skeleton.pelvis_frame[:, 0], leg.knee - start)
        around = self.steps(32)
        points = self.folded(tube(path, radii, axis, around), 0.004)
        colour = np.broadcast_to(self.kit.shorts, points.shape).copy()
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        if self.kit.side_stripe:
            colour[:, np.sin(angle) * SIGN[side] > 0.93] = self.kit.trim
        colour[t > 0.95] = self.kit.trim if self.kit.side_stripe else self.kit.shorts
        return Surface(points, colour, 0.05)

    def _shoe(self, leg: Leg) -> list[Surface]:
        h = self.height
        t = np.linspace(0, 1, self.steps(18))
        across = np.cross(leg.toes, leg.sole)
        up = -leg.sole
        top = profile(t, SHOE, (0.004, 0.036, 0.046, 0.043, 0.031, 0.022, 0.014, 0.004)) * h
        wide = profile(t, SHOE, (0.004, 0.017, 0.021, 0.0215, 0.026, 0.027, 0.018, 0.003)) * h
        heel = leg.ankle + leg.sole * (0.042 * h) - leg.toes * (0.042 * h)
        path = heel + (t * 0.158 * h)[:, None] * leg.toes + (top / 2)[:, None] * up
        around = self.steps(18)
        points = loft(path, np.tile(across, (len(t), 1)), np.tile(up, (len(t), 1)), wide, top / 2, around)
        angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
        colour = np.broadcast_to(self.kit.shoes, points.shape).copy()
        colour[:, np.cos(angle) < -0.55] = (
            (0.93, 0.93, 0.91) if self.kit.shoes.mean() < 0.8 else (0.75, 0.2, 0.15)
        )
        colour[int(len(t) * 0.35) : int(len(t) * 0.6), np.cos(angle) > 0.6] = self.kit.trim
        return [Surface(points, colour, 0.2)]
