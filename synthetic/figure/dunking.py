"""A player who dunks: in the air at the rim, one or two arms over it."""

from __future__ import annotations

import numpy as np

from synthetic.figure.pose import SIDES, SIGN, Ball, Body, Foot, Hand, Pose, Side
from synthetic.figure.stances import draw_degrees, draw_side, other
from synthetic.geometry import AHEAD, DOWN, UP, Array, unit, vector

# How far below and ahead of the pelvis the front and the back foot are, as shares of the height.
IN_THE_AIR = {
    "drive": ((0.30, 0.10), (0.42, -0.16)),
    "split": ((0.30, 0.27), (0.26, -0.30)),
    "tuck": ((0.30, -0.18), (0.24, -0.24)),
    "trail": ((0.42, -0.08), (0.38, -0.22)),
}


def _flight_legs(rng: np.random.Generator, body: Body, pelvis: Array) -> dict[Side, Foot]:
    """Legs of a player high in the air: split, tucked, or one knee driven up."""
    lead = draw_side(rng, 0.5)
    front, back = IN_THE_AIR[rng.choice(list(IN_THE_AIR))]
    spread = rng.uniform(0.04, 0.13)

    def foot(side: Side, drop: float, ahead: float) -> Foot:
        jitter = rng.normal(0, 0.03, 3)
        offset = vector(SIGN[side] * spread + jitter[0], -drop + jitter[1], ahead + jitter[2]) * body.height
        return Foot(pelvis + offset, vector(SIGN[side] * 0.35, 0.1, 1), vector(0, -0.8, 0.6), grounded=False)

    return {lead: foot(lead, *front), other(lead): foot(other(lead), *back)}


def dunk(rng: np.random.Generator, body: Body) -> Pose:
    """Airborne at the rim, one or two arms stretched over it, legs split or tucked."""
    hand = draw_side(rng)
    free = other(hand)
    pelvis = vector(0, body.length(1.0), 0)
    two_handed = rng.random() < 0.35
    lean = draw_degrees(rng, -8, 22)
    shoulders = pelvis + body.length(0.3) * vector(0, np.cos(lean), np.sin(lean))
    hands = _hands_at_the_rim(rng, body, hand, shoulders, two_handed=two_handed)
    return Pose(
        pelvis=pelvis,
        pelvis_turn=(
            draw_degrees(rng, -25, 25),
            lean + draw_degrees(rng, -5, 15),
            SIGN[free] * draw_degrees(rng, -5, 12),
        ),
        spine_turn=(
            SIGN[free] * draw_degrees(rng, 0, 22),
            -draw_degrees(rng, 0, 16),
            SIGN[free] * draw_degrees(rng, 0, 12),
        ),
        head_turn=(draw_degrees(rng, -15, 15), -draw_degrees(rng, 0, 25), 0.0),
        hands=hands,
        feet=_flight_legs(rng, body, pelvis),
        ball=Ball(hand, vector(0, -0.1, 0.2), 0.0, both_hands=two_handed),
    )


def _hands_at_the_rim(
    rng: np.random.Generator, body: Body, hand: Side, shoulders: Array, *, two_handed: bool
) -> dict[Side, Hand]:
    aim = unit(vector(rng.uniform(-0.1, 0.2) * SIGN[hand], 1.0, rng.uniform(0.15, 0.75)))
    rim = shoulders + body.length(rng.uniform(0.28, 0.33)) * aim
    over = unit(vector(0, -0.15, 1) + 0.5 * aim)
    if two_handed:
        return {side: _dunking_hand(side, rim, over) for side in SIDES}
    wrist, elbow = rim + vector(SIGN[hand] * 0.1, 0, 0), vector(SIGN[hand], 0.1, 0.2)
    return {
        hand: Hand(wrist, elbow, over + 0.5 * UP, DOWN + 0.6 * AHEAD, 0.35, 0.2),
        other(hand): _balancing_arm(rng, body, other(hand), shoulders),
    }


def _dunking_hand(side: Side, middle: Array, over: Array) -> Hand:
    wrist = middle + vector(SIGN[side] * 0.11, 0, 0)
    return Hand(wrist, vector(SIGN[side], -0.2, -0.2), over + UP, vector(-SIGN[side], -0.3, 0.3), 0.3, 0.15)


def _balancing_arm(rng: np.random.Generator, body: Body, side: Side, shoulders: Array) -> Hand:
    way = unit(vector(SIGN[side] * rng.uniform(0.3, 1.2), rng.uniform(-1.0, 0.25), rng.uniform(-0.3, 0.7)))
    start = shoulders + vector(SIGN[side] * body.length(0.1), 0, 0)
    return Hand(
        start + body.length(rng.uniform(0.2, 0.31)) * way,
        vector(SIGN[side] * 0.6, -0.6, -0.7),
        way + 0.3 * DOWN,
        DOWN,
        0.4,
    )
