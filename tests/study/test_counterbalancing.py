"""The order of photos: the Latin square, catch trials, blocks."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import counterbalancing

Layout = tuple[list[int], int, int]

designs = st.tuples(
    st.lists(st.integers(6, 30), min_size=2, max_size=5),  # photos per class
    st.integers(2, 6),  # levels
    st.integers(1, 6),  # trials per class
)


def classes_of(sizes: list[int]) -> list[list[str]]:
    return [[f"{position}-{photo}" for photo in range(size)] for position, size in enumerate(sizes)]


def all_lists(sizes: list[int], levels: int, trials: int) -> list[list[tuple[str, int]]]:
    count = counterbalancing.number_of_lists(sizes, levels, trials)
    return [counterbalancing.latin_list(classes_of(sizes), levels, trials, number) for number in range(count)]


@pytest.mark.thorough
@given(designs)
def test_nobody_sees_a_photo_twice(design: Layout) -> None:
    sizes, levels, per_class = design
    for cells in all_lists(sizes, levels, per_class * len(sizes)):
        photos = [photo for photo, _ in cells]
        assert len(photos) == per_class * len(sizes)
        assert len(set(photos)) == len(photos)


@pytest.mark.thorough
@given(designs)
def test_over_all_lists_every_photo_meets_every_level_equally_often(design: Layout) -> None:
    sizes, levels, per_class = design
    met = Counter(cell for cells in all_lists(sizes, levels, per_class * len(sizes)) for cell in cells)
    for photo in (photo for photos in classes_of(sizes) for photo in photos):
        counts = {met[photo, level] for level in range(levels)}
        assert len(counts) == 1
        assert counts != {0}, "a photo that nobody ever sees"


@pytest.mark.thorough
@given(designs)
def test_photos_of_a_class_are_shown_equally_often_but_for_one_round(design: Layout) -> None:
    sizes, levels, per_class = design
    shown = Counter(photo for cells in all_lists(sizes, levels, per_class * len(sizes)) for photo, _ in cells)
    for photos in classes_of(sizes):
        counts = [shown[photo] for photo in photos]
        assert max(counts) - min(counts) <= levels


@pytest.mark.thorough
@given(designs)
def test_each_person_meets_the_levels_of_a_class_equally_often_but_for_one(design: Layout) -> None:
    sizes, levels, per_class = design
    for cells in all_lists(sizes, levels, per_class * len(sizes)):
        for position in range(len(sizes)):
            met = Counter(level for photo, level in cells if photo.startswith(f"{position}-"))
            counts = [met[level] for level in range(levels)]
            assert max(counts) - min(counts) <= 1


def test_trials_that_do_not_divide_by_the_classes_are_shared_out_in_turn() -> None:
    lists = [counterbalancing.latin_list(classes_of([6, 6, 6]), 2, 4, number) for number in range(6)]
    bigger = [Counter(photo[0] for photo, _ in cells).most_common(1)[0][0] for cells in lists]
    assert set(bigger) == {"0", "1", "2"}


@pytest.mark.thorough
@given(st.integers(0, 100), st.integers(1, 9), st.integers(0, 8))
def test_parts_differ_by_at_most_one_and_nothing_is_lost(total: int, parts: int, first: int) -> None:
    shares = counterbalancing.split_evenly(total, parts, first)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


def test_an_order_follows_from_its_seed_alone() -> None:
    seed = counterbalancing.seed_of("abc", "tests")
    assert counterbalancing.shuffled(range(50), seed) == counterbalancing.shuffled(range(50), seed)
    assert counterbalancing.shuffled(range(50), seed) != counterbalancing.shuffled(
        range(50), counterbalancing.seed_of("abc", "catches")
    )
    assert sorted(counterbalancing.shuffled(range(50), seed)) == list(range(50))


@pytest.mark.parametrize(
    ("trials", "share", "count"), [(60, 0.05, 3), (6, 0.05, 1), (60, 0.0, 0), (100, 0.1, 10)]
)
def test_about_a_twentieth_are_catch_trials(trials: int, share: float, count: int) -> None:
    assert counterbalancing.catch_count(trials, share) == count


@pytest.mark.thorough
@given(st.integers(1, 60), st.integers(0, 6), st.integers(0, 1000))
def test_catch_trials_are_spread_and_never_first(tests: int, catches: int, seed: int) -> None:
    mixed = counterbalancing.with_catch_trials(["test"] * tests, ["catch"] * min(catches, tests), seed)
    assert Counter(mixed)["test"] == tests
    assert Counter(mixed)["catch"] == min(catches, tests)
    assert mixed[0] == "test"


def test_catch_trials_fall_into_every_stretch_of_the_session() -> None:
    mixed = counterbalancing.with_catch_trials(["test"] * 60, ["catch"] * 3, seed=5)
    places = [place for place, kind in enumerate(mixed) if kind == "catch"]
    assert all(20 * stretch <= place - stretch <= 20 * (stretch + 1) for stretch, place in enumerate(places))


def test_mixing_keeps_the_order_of_the_tests() -> None:
    mixed = counterbalancing.with_catch_trials(list(range(20)), ["catch"], seed=1)
    assert all(a < b for a, b in pairwise(value for value in mixed if value != "catch"))


def test_blocks_are_of_one_size_but_for_one_trial() -> None:
    assert Counter(counterbalancing.block_numbers(65, 3)) == {1: 22, 2: 22, 3: 21}
    assert counterbalancing.block_numbers(5, 1) == [1] * 5


class TestCandidateLists:
    pilots = st.tuples(
        st.lists(st.lists(st.integers(1, 6), min_size=6, max_size=20), min_size=2, max_size=4),  # by photo
        st.integers(1, 6),  # trials per class
        st.integers(1, 12),  # lists
    )

    @staticmethod
    def lists(candidates: list[list[int]], per_class: int, people: int) -> list[list[tuple[str, int]]]:
        names = classes_of([len(photos) for photos in candidates])
        number = {
            name: many
            for photos, of_class in zip(names, candidates, strict=True)
            for name, many in zip(photos, of_class, strict=True)
        }
        trials = per_class * len(names)
        return counterbalancing.candidate_lists(names, number.__getitem__, trials, people)

    @pytest.mark.thorough
    @given(pilots)
    def test_nobody_sees_a_photo_twice_and_everybody_has_all_trials(
        self, pilot: tuple[list[list[int]], int, int]
    ) -> None:
        candidates, per_class, people = pilot
        for drawn in self.lists(candidates, per_class, people):
            assert len({photo for photo, _ in drawn}) == len(drawn) == per_class * len(candidates)

    @pytest.mark.thorough
    @given(st.integers(1, 6), st.integers(1, 12))
    def test_candidates_fill_evenly_give_or_take_one(self, many: int, people: int) -> None:
        asked = Counter(cell for drawn in self.lists([[many] * 12] * 3, 4, people) for cell in drawn)
        counts = [asked[f"{position}-{photo}", candidate]
                  for position in range(3) for photo in range(12) for candidate in range(many)]  # fmt: skip
        assert max(counts) - min(counts) <= 1

    def test_photos_with_more_candidates_are_asked_about_more_often(self) -> None:
        asked = Counter(cell for drawn in self.lists([[1, 1, 1, 3, 3, 3]] * 2, 3, 12) for cell in drawn)
        assert set(asked.values()) == {3}

    def test_a_person_sees_different_candidates(self) -> None:
        (drawn,) = self.lists([[6] * 6] * 2, 6, 1)
        assert sorted(candidate for _, candidate in drawn) == sorted([*range(6), *range(6)])
