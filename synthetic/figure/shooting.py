"""A player who shoots: both arms raised, the ball at or leaving the hand."""

from __future__ import annotations

import numpy as np

from synthetic.figure.pose import SIGN, Ball, Body, Foot, Hand, Pose, Side
from synthetic.figure.stances import draw_degrees, draw_side, other, stance
from synthetic.geometry import Array, vector


def shoot(rng: np.random.Generator, body: Body) -> Pose:
    """Upright or jumping, both arms raised in shooting form, the ball at or leaving the hand."""
    hand = draw_side(rng)
    jump = 0.0 if rng.random() < 0.25 else body.length(rng.uniform(0.03, 0.22))
    phase = rng.choice(["set", "release", "follow"], p=[0.3, 0.35, 0.35])
    lean = draw_degrees(rng, -8, 7)
    pelvis = vector(0, body.length(rng.uniform(0.485, 0.515)) + jump, 0)
    shoulders = pelvis + body.length(0.29) * vector(0, np.cos(lean), np.sin(lean))
    shooting, guiding = _shooting_arms(rng, body, hand, str(phase), shoulders)
    gap = {"set": 0.0, "release": rng.uniform(0.0, 0.25), "follow": rng.uniform(0.35, 1.3)}[str(phase)]
    turned = SIGN[other(hand)] * draw_degrees(rng, 0, 25)
    return Pose(
        pelvis=pelvis,
        pelvis_turn=(turned, lean, 0.0),
        spine_turn=(
            -turned * rng.uniform(0, 0.8),
            draw_degrees(rng, -6, 4),
            SIGN[other(hand)] * draw_degrees(rng, -2, 6),
        ),
        head_turn=(draw_degrees(rng, -8, 8), -draw_degrees(rng, 2, 24), 0.0),
        hands={hand: shooting, other(hand): guiding},
        feet=_shooting_legs(rng, body, pelvis) if jump > 0 else stance(rng, body, (0.05, 0.1)),
        ball=Ball(hand, vector(0, 1, 0.7), gap),
    )


def _shooting_arms(
    rng: np.random.Generator, body: Body, hand: Side, phase: str, shoulders: Array
) -> tuple[Hand, Hand]:
    s = SIGN[hand]
    if phase == "set":
        wrist = shoulders + body.height * vector(s * 0.05, rng.uniform(0.12, 0.2), rng.uniform(0.07, 0.14))
        shooting = Hand(
            wrist, vector(s * 0.25, -0.5, 1), vector(0, 0.7, -0.6), vector(0, 0.9, 0.5), 0.2, 0.22
        )
    else:
        elevation = draw_degrees(rng, 52, 78)
        way = vector(s * 0.05, np.sin(elevation), np.cos(elevation))
        wrist = shoulders + vector(s * body.length(0.09), 0, 0) + body.length(rng.uniform(0.295, 0.34)) * way
        flexed = rng.uniform(-0.1, 0.4) if phase == "release" else rng.uniform(-0.9, -0.1)
        shooting = Hand(
            wrist, vector(s * 0.4, -0.4, 1), vector(0, flexed, 1), vector(0, -0.4 + flexed, 0.6), 0.2, 0.18
        )
    if phase == "release":
        shooting = Hand(shooting.wrist, shooting.elbow, vector(0, 1, 0.4), vector(0, 0.3, 1), 0.15, 0.2)
    drop = {"set": 0.0, "release": 0.06, "follow": rng.uniform(0.06, 0.16)}[phase]
    beside = shooting.wrist + body.height * vector(-s * rng.uniform(0.1, 0.13), 0.02 - drop, -0.01)
    guiding = Hand(beside, vector(-s, -0.5, 0.5), vector(s * 0.1, 1, 0.2), vector(s, 0, 0.1), 0.2, 0.14)
    return shooting, guiding


def _shooting_legs(rng: np.random.Generator, body: Body, pelvis: Array) -> dict[Side, Foot]:
    bent = body.length(rng.uniform(0.0, 0.08))
    back = body.length(rng.uniform(0.0, 0.14))

    def foot(side: Side) -> Foot:
        jitter = rng.normal(0, 0.02, 3) * body.height
        ankle = pelvis + vector(SIGN[side] * body.length(0.06), -body.length(0.485) + bent, -back) + jitter
        return Foot(ankle, vector(SIGN[side] * 0.1, 0, 1), vector(0, -1, 0.45), grounded=False)

    return {"left": foot("left"), "right": foot("right")}
