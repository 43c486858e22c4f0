"""How feet stand and stride, whatever the action: random, but possible for a body."""

from __future__ import annotations

import numpy as np

from synthetic.figure.pose import SIGN, Body, Foot, Side
from synthetic.geometry import vector


def other(side: Side) -> Side:
    return "right" if side == "left" else "left"


def draw_side(rng: np.random.Generator, right: float = 0.75) -> Side:
    return "right" if rng.random() < right else "left"


def draw_degrees(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.radians(rng.uniform(low, high)))


def standing_foot(body: Body, x: float, z: float, toe_out: float, heel_lift: float = 0.0) -> Foot:
    """Put a foot on the floor, optionally on its toes, turned out by `toe_out` radians."""
    toes = vector(
        np.sin(toe_out) * np.cos(heel_lift), -np.sin(heel_lift), np.cos(toe_out) * np.cos(heel_lift)
    )
    height = body.ankle_height * np.cos(heel_lift) + body.length(0.1) * np.sin(heel_lift)
    return Foot(vector(x, height, z), vector(np.sin(toe_out), 0.1, np.cos(toe_out)), toes)


def stance(rng: np.random.Generator, body: Body, width: tuple[float, float]) -> dict[Side, Foot]:
    spread, stagger = body.length(rng.uniform(*width)), body.length(rng.uniform(-0.12, 0.12))
    return {
        s: standing_foot(
            body,
            SIGN[s] * spread,
            SIGN[s] * stagger,
            SIGN[s] * draw_degrees(rng, 5, 30),
            draw_degrees(rng, 0, 25) if rng.random() < 0.5 else 0.0,
        )
        for s in ("left", "right")
    }


def stride(rng: np.random.Generator, body: Body) -> dict[Side, Foot]:
    """Run: one foot ahead on the floor, the other pushing off or already lifted behind."""
    front = draw_side(rng, 0.5)
    back = other(front)
    step, lift = body.length(rng.uniform(0.1, 0.24)), body.length(rng.uniform(0.125, 0.26))
    trailing = Foot(
        vector(SIGN[back] * body.length(0.06), lift, -body.length(rng.uniform(0.22, 0.36))),
        vector(SIGN[back] * 0.1, -0.4, 1),
        vector(0, -0.9, 0.35),
        grounded=False,
    )
    return {front: standing_foot(body, SIGN[front] * body.length(0.05), step, 0.0), back: trailing}
