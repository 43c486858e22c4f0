"""Kinematics: from targets for pelvis, spine, hands and feet to joints with constant bone lengths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthetic.figure.pose import SIGN, Ball, Body, Foot, Hand, Pose, Side
from synthetic.geometry import UP, Array, perpendicular, towards, turn, unit

MAX_KNEE_FLEXION = np.radians(145)
MAX_ELBOW_FLEXION = np.radians(145)
MAX_WRIST_BEND = np.radians(75)
BALL_RADIUS = 0.12


class PoseOutOfReachError(ValueError):
    """A grounded foot cannot reach the floor from any height of the pelvis."""


@dataclass(frozen=True)
class Arm:
    shoulder: Array
    elbow: Array
    wrist: Array
    fingers: Array
    palm_normal: Array
    curl: float
    spread: float

    def palm_centre(self, body: Body) -> Array:
        return np.asarray(self.wrist + 0.75 * body.palm * self.fingers)

    def placed(self, spin: Array, offset: Array) -> Arm:
        return replace(
            self,
            shoulder=spin @ self.shoulder + offset,
            elbow=spin @ self.elbow + offset,
            wrist=spin @ self.wrist + offset,
            fingers=spin @ self.fingers,
            palm_normal=spin @ self.palm_normal,
        )


@dataclass(frozen=True)
class Leg:
    hip: Array
    knee: Array
    ankle: Array
    toes: Array
    sole: Array
    grounded: bool

    def placed(self, spin: Array, offset: Array) -> Leg:
        return replace(
            self,
            hip=spin @ self.hip + offset,
            knee=spin @ self.knee + offset,
            ankle=spin @ self.ankle + offset,
            toes=spin @ self.toes,
            sole=spin @ self.sole,
        )


@dataclass(frozen=True)
class Skeleton:
    """Joints and frames of one player. Frame columns are (left, up, ahead)."""

    body: Body
    pelvis: Array
    pelvis_frame: Array
    neck: Array
    chest_frame: Array
    head: Array
    head_frame: Array
    arms: dict[Side, Arm]
    legs: dict[Side, Leg]
    ball: Array | None

    def joints(self) -> Array:
        """Return the points that bound the figure, one a row."""
        limbs = [p for a in self.arms.values() for p in (a.elbow, a.wrist, a.wrist + 0.16 * a.fingers)]
        limbs += [p for g in self.legs.values() for p in (g.knee, g.ankle, g.ankle + 0.2 * g.toes)]
        return np.array([self.pelvis, self.neck, self.head + 0.13 * self.head_frame[:, 1], *limbs])

    def placed(self, yaw: float, offset: Array) -> Skeleton:
        """Return the skeleton turned about the vertical, then moved."""
        spin = turn(yaw)

        def point(p: Array) -> Array:
            return np.asarray(spin @ p + offset)

        return replace(
            self,
            pelvis=point(self.pelvis),
            neck=point(self.neck),
            head=point(self.head),
            pelvis_frame=spin @ self.pelvis_frame,
            chest_frame=spin @ self.chest_frame,
            head_frame=spin @ self.head_frame,
            arms={side: arm.placed(spin, offset) for side, arm in self.arms.items()},
            legs={side: leg.placed(spin, offset) for side, leg in self.legs.items()},
            ball=None if self.ball is None else point(self.ball),
        )


def two_bones(
    root: Array,
    goal: Array,
    lengths: tuple[float, float],
    pole: Array,
    max_flexion: float,
) -> tuple[Array, Array]:
    """Place a hinge between `root` and the reachable point nearest to `goal`, bent towards `pole`."""
    first, second = lengths
    shortest = np.sqrt(first**2 + second**2 + 2 * first * second * np.cos(max_flexion))
    reach = float(np.clip(np.linalg.norm(goal - root), shortest, 0.995 * (first + second)))
    along = unit(goal - root)
    across = perpendicular(pole, along)
    cosine = (first**2 + reach**2 - second**2) / (2 * first * reach)
    hinge = root + first * (cosine * along + np.sqrt(max(0.0, 1 - cosine**2)) * across)
    return np.asarray(hinge), np.asarray(root + reach * along)


def _arm(body: Body, neck: Array, chest: Array, side: Side, hand: Hand) -> Arm:
    left, up, _ = chest.T
    shoulder = neck + SIGN[side] * body.length(0.107) * body.shoulder_width * left - body.length(0.033) * up
    raised = np.clip((hand.wrist - shoulder) @ up / (body.upper_arm + body.forearm), 0.0, 1.0)
    shoulder = shoulder + raised * body.length(0.034) * up - SIGN[side] * raised * body.length(0.018) * left
    elbow, wrist = two_bones(
        shoulder,
        hand.wrist,
        (body.upper_arm, body.forearm),
        hand.elbow,
        MAX_ELBOW_FLEXION,
    )
    fingers = towards(wrist - elbow, hand.fingers, MAX_WRIST_BEND)
    return Arm(shoulder, elbow, wrist, fingers, perpendicular(hand.palm, fingers), hand.curl, hand.spread)


def _hip(body: Body, pelvis: Array, frame: Array, side: Side) -> Array:
    return np.asarray(
        pelvis + SIGN[side] * body.length(0.049) * frame[:, 0] - body.length(0.01) * frame[:, 1]
    )


def _leg(body: Body, hip: Array, foot: Foot) -> Leg:
    knee, ankle = two_bones(hip, foot.ankle, (body.thigh, body.shank), foot.knee, MAX_KNEE_FLEXION)
    toes = unit(foot.toes)
    shin = unit(ankle - knee)
    if not foot.grounded:
        toes = towards(perpendicular(foot.knee, shin) + 0.35 * shin, toes, np.radians(40))
    return Leg(hip, knee, ankle, toes, perpendicular(shin if not foot.grounded else -UP, toes), foot.grounded)


def _settled_pelvis(body: Body, pose: Pose, frame: Array) -> Array:
    """Lower the pelvis until every grounded foot is within reach."""
    pelvis = pose.pelvis.copy()
    reach = 0.99 * (body.thigh + body.shank)
    for _ in range(60):
        if all(
            np.linalg.norm(_hip(body, pelvis, frame, s) - f.ankle) <= reach
            for s, f in pose.feet.items()
            if f.grounded
        ):
            return pelvis
        pelvis[1] -= 0.01 * body.height
    raise PoseOutOfReachError(
        f"a grounded foot stays out of reach of the pelvis at {pose.pelvis}: bring the feet nearer",
    )


def _ball_centre(body: Body, arms: dict[Side, Arm], ball: Ball) -> Array:
    if ball.both_hands:
        middle = (arms["left"].palm_centre(body) + arms["right"].palm_centre(body)) / 2
        return np.asarray(middle + ball.gap * unit(ball.away))
    arm = arms[ball.hand]
    contact = BALL_RADIUS + body.length(0.011)
    return np.asarray(arm.palm_centre(body) + contact * arm.palm_normal + ball.gap * unit(ball.away))


def solve(body: Body, pose: Pose) -> Skeleton:
    """Solve a pose for a body: forward along the spine, inverse for the four limbs."""
    pelvis_frame = turn(*pose.pelvis_turn)
    pelvis = _settled_pelvis(body, pose, pelvis_frame)
    chest_frame = pelvis_frame @ turn(*pose.spine_turn)
    neck = pelvis + body.spine * (pelvis_frame[:, 1] + chest_frame[:, 1])
    head_frame = chest_frame @ turn(*pose.head_turn)
    head = neck + body.length(0.03) * chest_frame[:, 1] + body.length(0.076) * head_frame[:, 1]
    arms = {s: _arm(body, neck, chest_frame, s, h) for s, h in pose.hands.items()}
    legs = {s: _leg(body, _hip(body, pelvis, pelvis_frame, s), f) for s, f in pose.feet.items()}
    ball = None if pose.ball is None else _ball_centre(body, arms, pose.ball)
    return Skeleton(body, pelvis, pelvis_frame, neck, chest_frame, head, head_frame, arms, legs, ball)
