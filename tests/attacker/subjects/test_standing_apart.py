"""Parts of a class-free map of which each may be the subject: planted bodies come back, one stays one."""

from __future__ import annotations

import numpy as np
import pytest

from attacker.grid import Floats
from attacker.photos.subject_boxes import Box
from attacker.subjects.standing_apart import parts_apart

GRID = 28


def bodies(*places: tuple[slice, slice, float]) -> Floats:
    """A weak background with bodies on it."""
    subject = np.full((GRID, GRID), 0.05)
    for rows, columns, strength in places:
        subject[rows, columns] = strength
    return subject


LEFT = (slice(7, 21), slice(0, 7), 0.9)
RIGHT = (slice(14, 21), slice(21, 28), 1.0)


def test_two_bodies_apart_are_two_parts_the_heavier_first() -> None:
    assert parts_apart(bodies(RIGHT, LEFT)) == [Box(0.0, 0.25, 0.25, 0.75), Box(0.75, 0.5, 1.0, 0.75)]


def test_a_body_with_a_weak_neck_stays_whole_while_it_holds_together() -> None:
    neck = (slice(15, 17), slice(7, 21), 0.4)
    assert len(parts_apart(bodies(LEFT, neck, RIGHT))) == 1


@pytest.mark.parametrize(("side", "parts"), [(3, 1), (6, 2)])
def test_what_weighs_far_less_than_the_subject_is_no_rival(side: int, parts: int) -> None:
    ball = (slice(20, 20 + side), slice(20, 20 + side), 1.0)
    assert len(parts_apart(bodies(LEFT, ball))) == parts


def test_a_map_of_nothing_has_no_parts_and_an_even_one_has_one() -> None:
    assert parts_apart(np.zeros((GRID, GRID))) == []
    assert parts_apart(np.full((GRID, GRID), 0.3)) == [Box(0.0, 0.0, 1.0, 1.0)]
