"""Several people in a photo: a rule takes one of them, and says where another may be meant."""

from __future__ import annotations

import numpy as np
import pytest

from attacker.photos.subject_boxes import Box
from attacker.subjects.persons import Person, choose_person, person_at

NEAR = Box(0.05, 0.1, 0.45, 0.95)
FAR = Box(0.48, 0.4, 0.58, 0.6)


def person(box: Box, area: float) -> Person:
    return Person(box, 0.9, area, np.zeros((2, 2)))


def test_the_largest_or_the_most_central_is_taken() -> None:
    people = [person(FAR, 0.02), person(NEAR, 0.3)]
    assert choose_person(people, "largest").number == 1
    assert choose_person(people, "central").number == 0


@pytest.mark.parametrize(("other", "doubtful"), [(0.3, True), (0.19, True), (0.17, False)])
def test_it_is_doubtful_where_another_is_of_like_size(other: float, doubtful: bool) -> None:
    assert choose_person([person(NEAR, 0.3), person(FAR, other)], "largest").doubtful is doubtful


def test_a_central_person_beside_a_larger_is_doubtful_and_a_person_alone_never() -> None:
    assert choose_person([person(FAR, 0.02), person(NEAR, 0.3)], "central").doubtful
    assert not choose_person([person(FAR, 0.02)], "central").doubtful


def test_nobody_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="0 people"):
        choose_person([], "largest")


def test_a_person_is_known_again_by_a_box_that_another_detector_drew() -> None:
    people = [person(FAR, 0.02), person(NEAR, 0.3)]
    assert person_at(people, Box(0.04, 0.15, 0.46, 0.9)) == 1
    assert person_at(people, Box(0.6, 0.1, 0.9, 0.9)) is None
    assert person_at([], NEAR) is None
