"""Every drawn pose is one that a body can take, and looks like its action."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pytest

from synthetic.figure.bystanding import guard, stand
from synthetic.figure.dunking import dunk
from synthetic.figure.pose import SIDES, Body, Pose
from synthetic.figure.poses import ACTIONS, POSES, dribble
from synthetic.figure.shooting import shoot
from synthetic.figure.skeleton import (
    BALL_RADIUS,
    MAX_ELBOW_FLEXION,
    MAX_KNEE_FLEXION,
    MAX_WRIST_BEND,
    Skeleton,
    solve,
    two_bones,
)
from synthetic.geometry import Array

DrawPose = Callable[[np.random.Generator, Body], Pose]

SEEDS = range(40)
EVERY_POSE = (*POSES.values(), guard, stand)


@cache
def posed(pose: DrawPose, seed: int) -> Skeleton:
    rng = np.random.default_rng([7, seed])
    body = Body(rng.uniform(1.68, 2.10))
    return solve(body, pose(rng, body))


def angle(a: Array, b: Array) -> float:
    return float(np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1)))


@pytest.mark.parametrize("pose", EVERY_POSE)
def test_bones_keep_their_lengths_in_every_pose(pose: DrawPose) -> None:
    for seed, side in product(SEEDS, SIDES):
        skeleton = posed(pose, seed)
        body, arm, leg = skeleton.body, skeleton.arms[side], skeleton.legs[side]
        bones = [arm.elbow - arm.shoulder, arm.wrist - arm.elbow, leg.knee - leg.hip, leg.ankle - leg.knee]
        lengths = [body.upper_arm, body.forearm, body.thigh, body.shank]
        assert np.linalg.norm(bones, axis=1) == pytest.approx(lengths, rel=1e-6)


@pytest.mark.sampled
@pytest.mark.parametrize("pose", EVERY_POSE)
def test_joints_stay_within_their_limits(pose: DrawPose) -> None:
    for seed, side in product(SEEDS, SIDES):
        skeleton = posed(pose, seed)
        arm, leg = skeleton.arms[side], skeleton.legs[side]
        assert angle(arm.elbow - arm.shoulder, arm.wrist - arm.elbow) <= MAX_ELBOW_FLEXION + 1e-6
        assert angle(leg.knee - leg.hip, leg.ankle - leg.knee) <= MAX_KNEE_FLEXION + 1e-6
        assert angle(arm.wrist - arm.elbow, arm.fingers) <= MAX_WRIST_BEND + 1e-6


@pytest.mark.parametrize("pose", EVERY_POSE)
def test_knees_bend_forwards(pose: DrawPose) -> None:
    for seed, side in product(SEEDS, SIDES):
        skeleton = posed(pose, seed)
        leg, ahead = skeleton.legs[side], skeleton.pelvis_frame[:, 2]
        middle = (leg.hip + leg.ankle) / 2
        bend = np.linalg.norm(leg.knee - middle)
        assert bend < 0.06 or (leg.knee - middle) @ ahead > -0.5 * bend


@pytest.mark.parametrize("pose", [dribble, guard, stand])
def test_feet_that_stand_are_on_the_floor_and_none_is_below_it(pose: DrawPose) -> None:
    for seed in SEEDS:
        skeleton = posed(pose, seed)
        for leg in skeleton.legs.values():
            sole = leg.ankle + skeleton.body.ankle_height * leg.sole
            toes = sole + skeleton.body.length(0.1) * leg.toes
            lowest = min(sole[1], toes[1])
            assert lowest > -0.03
            assert not leg.grounded or lowest < 0.03
        assert any(leg.grounded for leg in skeleton.legs.values())


def test_a_dunker_holds_the_ball_before_release() -> None:
    for seed in SEEDS:
        skeleton = posed(dunk, seed)
        nearest = min(
            np.linalg.norm(a.palm_centre(skeleton.body) - skeleton.ball) for a in skeleton.arms.values()
        )
        assert nearest == pytest.approx(BALL_RADIUS, abs=0.06)


def test_a_dunker_reaches_over_the_head_with_the_ball() -> None:
    for seed in SEEDS:
        skeleton = posed(dunk, seed)
        assert skeleton.ball[1] > skeleton.head[1] + 0.15


def test_a_dribbler_is_bent_and_the_ball_is_below_the_hand_and_above_the_floor() -> None:
    for seed in SEEDS:
        skeleton = posed(dribble, seed)
        hand = min(skeleton.arms.values(), key=lambda a: np.hypot(*(a.wrist - skeleton.ball)[[0, 2]]))
        assert skeleton.chest_frame[:, 1] @ [0, 1, 0] < np.cos(np.radians(20))
        assert BALL_RADIUS - 0.02 <= skeleton.ball[1] < hand.wrist[1]
        assert skeleton.ball[1] < skeleton.pelvis[1]


def test_a_shooter_is_upright_with_both_hands_and_the_ball_above_the_shoulders() -> None:
    for seed in SEEDS:
        skeleton = posed(shoot, seed)
        assert skeleton.chest_frame[1, 1] > np.cos(np.radians(20))
        assert all(a.wrist[1] > a.shoulder[1] for a in skeleton.arms.values())
        assert skeleton.ball[1] > skeleton.head[1]


def test_a_goal_out_of_reach_is_approached_as_far_as_the_bones_go() -> None:
    hinge, end = two_bones(
        np.zeros(3), np.array([0.0, 0.0, 9.0]), (1.0, 1.0), np.array([0.0, 1, 0]), MAX_KNEE_FLEXION
    )
    assert end == pytest.approx([0, 0, 1.99])
    assert hinge[1] > 0


def test_placing_a_skeleton_moves_it_as_a_rigid_body() -> None:
    skeleton = posed(dunk, 1)
    moved = skeleton.placed(0.7, np.array([1.0, 0.0, -2.0]))
    before, after = skeleton.joints(), moved.joints()
    distances = [np.linalg.norm(j[:, None] - j[None], axis=-1) for j in (before, after)]
    assert distances[0] == pytest.approx(distances[1])
    assert (after - before)[:, 1] == pytest.approx(0)


def test_there_are_poses_for_the_three_actions() -> None:
    assert tuple(POSES) == ACTIONS == ("dribble", "dunk", "shoot")
