"""Bystanders: players who guard, and people who look on."""

from __future__ import annotations

import numpy as np

from synthetic.figure.pose import SIGN, Body, Hand, Pose, Side
from synthetic.figure.stances import draw_degrees, stance
from synthetic.geometry import AHEAD, vector


def guard(rng: np.random.Generator, body: Body) -> Pose:
    """Defend: knees bent, arms wide or up."""
    high = rng.random() < 0.5

    def hand(side: Side) -> Hand:
        lift = rng.uniform(0.9, 1.15) if high and rng.random() < 0.7 else rng.uniform(0.5, 0.7)
        wrist = body.height * vector(SIGN[side] * rng.uniform(0.18, 0.34), lift, rng.uniform(0.05, 0.25))
        return Hand(wrist, vector(SIGN[side], -0.7, -0.3), vector(SIGN[side] * 0.3, 1, 0.2), AHEAD)

    return Pose(
        pelvis=vector(0, body.length(rng.uniform(0.42, 0.5)), 0),
        pelvis_turn=(draw_degrees(rng, -15, 15), draw_degrees(rng, 5, 20), 0.0),
        spine_turn=(0.0, draw_degrees(rng, 0, 15), 0.0),
        head_turn=(draw_degrees(rng, -20, 20), -draw_degrees(rng, 5, 25), 0.0),
        hands={s: hand(s) for s in ("left", "right")},
        feet=stance(rng, body, (0.1, 0.18)),
        ball=None,
    )


def stand(rng: np.random.Generator, body: Body) -> Pose:
    """Look on: upright, arms hanging."""

    def hand(side: Side) -> Hand:
        wrist = body.height * vector(
            SIGN[side] * rng.uniform(0.13, 0.2), rng.uniform(0.47, 0.58), rng.uniform(0.0, 0.14)
        )
        return Hand(
            wrist, vector(SIGN[side] * 0.5, 0, -1), vector(0, -1, 0.25), vector(-SIGN[side], 0, 0), 0.4
        )

    return Pose(
        pelvis=vector(0, body.length(0.515), 0),
        pelvis_turn=(0.0, draw_degrees(rng, 0, 8), 0.0),
        spine_turn=(draw_degrees(rng, -15, 15), draw_degrees(rng, 0, 8), 0.0),
        head_turn=(draw_degrees(rng, -40, 40), draw_degrees(rng, -15, 10), 0.0),
        hands={s: hand(s) for s in ("left", "right")},
        feet=stance(rng, body, (0.05, 0.1)),
        ball=None,
    )
