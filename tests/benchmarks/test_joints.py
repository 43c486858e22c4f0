"""Crops without the person: counted as cut, in silence, and once somebody has said which part is meant."""

from __future__ import annotations

import pytest

from attacker.photos.landmarks import Landmark
from attacker.photos.subject_boxes import Box
from benchmarks._joints import Crop, joints_inside, part_meant, shares_without_joint
from pipeline.crops.windows import Window

LEFT, RIGHT = Box(0.0, 0.0, 0.4, 1.0), Box(0.6, 0.0, 1.0, 1.0)
PLAYER = [Landmark(x / 10, 0.5) for x in (5, 7, 8, 9)]


def test_joints_on_the_border_of_a_window_are_in_it() -> None:
    assert joints_inside(PLAYER, Window(0.5, 0.5, 0.2, 0.5)) == 2


def test_a_joint_above_or_below_a_window_is_not_in_it() -> None:
    assert joints_inside(PLAYER, Window(0.0, 0.6, 1.0, 0.4)) == joints_inside(PLAYER, Box(0, 0, 1, 0.4)) == 0


def test_a_person_picks_the_part_that_holds_the_player() -> None:
    assert part_meant([LEFT, RIGHT], PLAYER) == RIGHT


def test_nobody_picks_where_no_part_holds_the_player() -> None:
    assert part_meant([LEFT], PLAYER) is None


@pytest.mark.parametrize(
    ("crop", "as_cut", "in_silence", "after_picks"),
    [
        (Crop(asked=True, joints=0, joints_picked=4), 1, 0, 0),
        (Crop(asked=True, joints=0, joints_picked=0), 1, 0, 1),
        (Crop(asked=True, joints=3, joints_picked=0), 0, 0, 1),  # a pick may also do harm
        (Crop(asked=False, joints=0, joints_picked=0), 1, 1, 1),
        (Crop(asked=False, joints=3, joints_picked=3), 0, 0, 0),
    ],
)
def test_what_counts_of_a_crop(crop: Crop, as_cut: int, in_silence: int, after_picks: int) -> None:
    shares = shares_without_joint([crop])
    assert (shares["as cut"], shares["nobody is asked"], shares["after picks"]) == (
        as_cut,
        in_silence,
        after_picks,
    )
