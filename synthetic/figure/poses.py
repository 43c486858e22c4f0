"""The three actions as randomly drawn targets for the skeleton, and the player who dribbles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from synthetic.figure.dunking import dunk
from synthetic.figure.pose import SIGN, Ball, Body, Hand, Pose, Side
from synthetic.figure.shooting import shoot
from synthetic.figure.stances import draw_degrees, draw_side, other, stance, stride
from synthetic.geometry import DOWN, vector

Action = Literal["dribble", "dunk", "shoot"]
ACTIONS: tuple[Action, Action, Action] = ("dribble", "dunk", "shoot")


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


POSES: dict[Action, Callable[[np.random.Generator, Body], Pose]] = {
    "dribble": dribble,
    "dunk": dunk,
    "shoot": shoot,
}
