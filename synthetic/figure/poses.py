"""The three actions, and what bystanders do, as randomly drawn targets for the skeleton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from synthetic.figure.skeleton import SIGN, Ball, Body, Foot, Hand, Pose, Side
from synthetic.figure.stances import draw_degrees, draw_side, other, stance, stride
from synthetic.geometry import UP, Array, unit, vector

Action = Literal["dribble", "dunk", "shoot"]
ACTIONS: tuple[Action, Action, Action] = ("dribble", "dunk", "shoot")

AHEAD = vector(0, 0, 1)
DOWN = -UP


def dribble(rng: np.random.Generator, body: Body) -> Pose:
    """Bent low, one hand pushing the ball down, the other arm guarding it."""
    hand = draw_side(rng)
    guard = other(hand)
    running = rng.random() < 0.45
    lean = draw_degrees(rng, 28, 54) if not running else draw_degrees(rng, 24, 44)
    share = rng.uniform(0.35, 0.6)
    low = rng.uniform(0.36, 0.44) if not running else rng.uniform(0.41, 0.48)
    crossing = rng.random() < 0.2
    x = -0.02 if crossing else rng.uniform(0.15, 0.27)
    wrist = vector(
        SIGN[hand] * body.length(x),
        body.length(rng.uniform(0.29, 0.43)),
        body.length(rng.uniform(0.16, 0.36)),
    )
    bounce = rng.uniform(0.0, 1.0) ** 1.6
    gap = max(0.0, bounce * (wrist[1] - 0.32))
    return Pose(
        pelvis=vector(
            SIGN[guard] * body.length(0.01), body.length(low), -body.length(rng.uniform(0.02, 0.08))
        ),
        pelvis_turn=(
            SIGN[hand] * draw_degrees(rng, -10, 25),
            lean * share,
            SIGN[hand] * draw_degrees(rng, -6, 6),
        ),
        spine_turn=(
            SIGN[guard] * draw_degrees(rng, -5, 25),
            lean * (1 - share),
            SIGN[guard] * draw_degrees(rng, -4, 10),
        ),
        head_turn=(draw_degrees(rng, -35, 35), -lean * rng.uniform(0.35, 0.85), draw_degrees(rng, -6, 6)),
        hands={
            hand: Hand(
                wrist, vector(SIGN[hand], 0.25, -0.8), vector(-0.15 * SIGN[hand], -0.35, 1), DOWN, 0.16, 0.2
            ),
            guard: _guard_arm(rng, body, guard),
        },
        feet=stride(rng, body) if running else stance(rng, body, (0.1, 0.19)),
        ball=Ball(hand, vector(0, -1, 0.05), gap),
    )


def _guard_arm(rng: np.random.Generator, body: Body, side: Side) -> Hand:
    wrist = vector(
        SIGN[side] * body.length(rng.uniform(0.02, 0.3)),
        body.length(rng.uniform(0.4, 0.56)),
        body.length(rng.uniform(0.16, 0.4)),
    )
    return Hand(
        wrist, vector(SIGN[side], -0.3, -0.4), vector(-0.4 * SIGN[side], 0.3, 1), vector(-SIGN[side], -0.4, 0)
    )


def _flight_legs(rng: np.random.Generator, body: Body, pelvis: Array) -> dict[Side, Foot]:
    """Legs of a player high in the air: split, tucked, or one knee driven up."""
    lead = draw_side(rng, 0.5)
    style = rng.choice(["drive", "split", "tuck", "trail"])
    front, back = {
        "drive": ((0.30, 0.10), (0.42, -0.16)),
        "split": ((0.30, 0.27), (0.26, -0.30)),
        "tuck": ((0.30, -0.18), (0.24, -0.24)),
        "trail": ((0.42, -0.08), (0.38, -0.22)),
    }[style]
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
    aim = unit(vector(rng.uniform(-0.1, 0.2) * SIGN[hand], 1.0, rng.uniform(0.15, 0.75)))
    reach = body.length(rng.uniform(0.28, 0.33))
    over = unit(vector(0, -0.15, 1) + 0.5 * aim)
    hands = {
        hand: Hand(
            shoulders + reach * aim + vector(SIGN[hand] * 0.1, 0, 0),
            vector(SIGN[hand], 0.1, 0.2),
            over + 0.5 * UP,
            DOWN + 0.6 * AHEAD,
            0.35,
            0.2,
        )
    }
    if two_handed:
        hands = {s: _dunking_hand(s, shoulders + reach * aim, over) for s in ("left", "right")}
    else:
        hands[free] = _balancing_arm(rng, body, free, shoulders)
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


POSES: dict[Action, Callable[[np.random.Generator, Body], Pose]] = {
    "dribble": dribble,
    "dunk": dunk,
    "shoot": shoot,
}
