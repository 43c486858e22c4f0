"""Pairs of photos: no photo twice, classes and levels in balance, whatever the numbers are."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

from study.asking.same_different import SAME_DIFFERENT
from study.asking.two_photos import TWO_PHOTOS
from study.photo_pairs import (
    different_pairs,
    list_of_pairs,
    missing_pairs,
    number_of_lists,
    parts_of,
    some_pairs,
)

Photo = tuple[int, int]  # class, number


def photos(*numbers: int) -> list[list[Photo]]:
    return [[(own, number) for number in range(count)] for own, count in enumerate(numbers)]


@pytest.mark.parametrize("numbers", [(6, 6), (5, 5, 5), (8, 8, 8, 8), (3, 9, 6), (12,) * 9, (1, 1, 2)])
def test_two_photos_to_choose_between_are_of_different_classes_and_few_are_left_over(
    numbers: tuple[int, ...],
) -> None:
    pairs = [pair for _, pair in different_pairs(photos(*numbers))]
    used = list(chain.from_iterable(pairs))
    assert len(set(used)) == len(used)
    assert all(first[0] < second[0] for first, second in pairs)
    assert len(pairs) == min(sum(numbers) // 2, sum(numbers) - max(numbers))


def test_every_two_classes_are_paired_about_equally_often() -> None:
    times = Counter(places for places, _ in different_pairs(photos(*(12,) * 5)))
    assert len(times) == 10
    assert max(times.values()) - min(times.values()) <= 1


@pytest.mark.parametrize("numbers", [(8, 8), (9, 10, 11), (20,) * 4])
def test_half_of_the_photos_of_each_class_are_in_pairs_of_the_same_class(numbers: tuple[int, ...]) -> None:
    same, different = parts_of(SAME_DIFFERENT, photos(*numbers))
    assert all(first[0] == second[0] for group in same for first, second in group)
    assert all(first[0] != second[0] for group in different for first, second in group)
    used = [photo for group in (*same, *different) for pair in group for photo in pair]
    assert len(set(used)) == len(used)
    for own, count in enumerate(numbers):
        assert abs(sum(2 * len(group) for group in same if group[0][0][0] == own) - count / 2) <= 2


@pytest.mark.parametrize("task", [TWO_PHOTOS, SAME_DIFFERENT])
@pytest.mark.parametrize(("numbers", "trials"), [((12, 12), 6), ((12, 12, 12), 12), ((20,) * 4, 12)])
def test_over_the_lists_every_pair_meets_every_level_equally_often(
    task: str, numbers: tuple[int, ...], trials: int
) -> None:
    parts = parts_of(task, photos(*numbers))
    assert not missing_pairs(parts, trials)
    lists = number_of_lists(parts, 3, trials)
    met: Counter[tuple[object, int]] = Counter()
    for number in range(lists):
        drawn = list_of_pairs(parts, 3, trials, number)
        assert len(drawn) == trials == len({pair for pair, _ in drawn})
        levels = Counter(level for _, level in drawn)
        assert max(levels.values()) - min(levels.values()) <= len(parts) * 2
        met.update(drawn)
    for groups in parts:
        for pair in chain.from_iterable(groups):
            times = [met[pair, level] for level in range(3)]
            assert min(times) == max(times) > 0


def test_of_compared_pairs_half_are_of_the_same_class() -> None:
    parts = parts_of(SAME_DIFFERENT, photos(16, 16, 16))
    for number in range(number_of_lists(parts, 2, 10)):
        drawn = list_of_pairs(parts, 2, 10, number)
        assert sum(first[0] == second[0] for (first, second), _ in drawn) == 5


def test_too_few_photos_are_noticed() -> None:
    assert missing_pairs(parts_of(TWO_PHOTOS, photos(4, 4, 0)), 4) is False
    assert missing_pairs(parts_of(TWO_PHOTOS, photos(4, 4, 4)), 7) is True
    assert missing_pairs(parts_of(SAME_DIFFERENT, photos(3, 3)), 2) is True
    assert missing_pairs(parts_of(SAME_DIFFERENT, photos(16, 16)), 5) is True  # no halves


def test_a_pool_gives_pairs_in_the_halves_that_are_wanted() -> None:
    pairs = some_pairs(SAME_DIFFERENT, photos(4, 4, 4), 5)
    assert [first[0] == second[0] for first, second in pairs] == [True, True, False, False, False]
    assert len(some_pairs(TWO_PHOTOS, photos(1, 3), 5)) == 1
