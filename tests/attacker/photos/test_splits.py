"""Splits by groups of photos: no photo, and no near-duplicate of it, is on two sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacker import Example
from attacker.errors import DataError, LeakError
from attacker.photos.splits import (
    MINIMUM,
    SHARES,
    TooFewPhotosError,
    hold_out,
    require_disjoint,
    require_enough_groups,
    split_groups,
)


def photos(groups_per_class: int, size: int = 1) -> tuple[list[str], list[str]]:
    """Class and group of every photo."""
    classes, groups = [], []
    for name in ("dribble", "Dunk über Kopf"):
        for number in range(groups_per_class):
            classes += [name] * size
            groups += [f"{name}-{number}"] * size
    return classes, groups


def test_the_shares_are_kept_in_every_class() -> None:
    classes, groups = photos(200)
    splits = split_groups(classes, groups, seed=1)
    for name in set(classes):
        counts = Counter(splits[group] for other, group in zip(classes, groups, strict=True) if other == name)
        assert {split: counts[split] / 200 for split in SHARES} == pytest.approx(SHARES, abs=0.006)


@pytest.mark.thorough
@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(1, 30), min_size=20, max_size=60))
def test_every_group_has_exactly_one_split_and_no_split_is_short(seed: int, sizes: list[int]) -> None:
    classes = ["a"] * sum(sizes)
    groups = [f"g{number}" for number, size in enumerate(sizes) for _ in range(size)]
    splits = split_groups(classes, groups, seed=seed)
    assert set(splits) == set(groups)
    counts = Counter(splits.values())
    assert set(counts) == set(SHARES)
    assert all(counts[split] >= least for split, least in MINIMUM.items())


def test_the_smallest_class_that_is_accepted_fills_every_split() -> None:
    classes, groups = photos(sum(MINIMUM.values()))
    require_enough_groups(classes, groups)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for group, split in split_groups(classes, groups, seed=0).items():
        counted[group.split("-")[0]][split] += 1
    for counts in counted.values():
        assert all(counts[split] >= least for split, least in MINIMUM.items())


def test_a_smaller_class_is_split_too() -> None:
    classes, groups = photos(8)
    splits = split_groups(classes, groups, seed=0)
    for name in set(classes):
        counts = Counter(splits[group] for group in splits if group.startswith(name))
        assert counts == {"train": 4, "test": 2, "validation": 1, "design": 1}


def test_the_error_for_a_small_class_says_how_many_photos_are_missing() -> None:
    classes, groups = photos(12, size=3)
    with pytest.raises(TooFewPhotosError, match=r"has 12 different photos.*20 are needed: add 8 more"):
        require_enough_groups(classes, groups)


def test_the_same_photos_are_split_the_same_way() -> None:
    classes, groups = photos(30)
    reordered = split_groups(classes[::-1], groups[::-1], seed=5)
    assert split_groups(classes, groups, seed=5) == reordered
    assert split_groups(classes, groups, seed=6) != reordered


def test_splits_stay_what_they_were_in_earlier_versions() -> None:
    """Another split would make other studies of the same photos."""
    classes, groups = photos(20)
    splits = split_groups(classes, groups, seed=0)
    tested = sorted(group for group, split in splits.items() if split == "test")
    assert tested == [
        *("Dunk über Kopf-1", "Dunk über Kopf-10", "Dunk über Kopf-16", "Dunk über Kopf-4"),
        *("dribble-5", "dribble-6", "dribble-7", "dribble-8"),
    ]


def test_later_photos_do_not_move_earlier_ones() -> None:
    classes, groups = photos(30)
    before = split_groups(classes, groups, seed=0)
    more_classes, more_groups = photos(45)
    after = split_groups(more_classes, more_groups, seed=0, taken=before)
    assert {group: after[group] for group in before} == before


def examples_of_groups(groups: list[int], levels: int = 2) -> list[Example]:
    return [
        Example(Path(f"{item}-{level}"), item % 2, f"item-{item}", level, f"group-{group}")
        for item, group in enumerate(groups)
        for level in range(levels)
    ]


@pytest.mark.thorough
@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(0, 5))
def test_no_group_is_held_out_in_part(groups: list[int], seed: int) -> None:
    examples = examples_of_groups(groups)
    learned, held_out = hold_out(examples, 0.25, seed)
    assert sorted(map(str, (*learned, *held_out))) == sorted(map(str, examples))
    require_disjoint(learned, held_out)


def test_the_same_share_of_each_class_is_held_out() -> None:
    learned, held_out = hold_out(examples_of_groups(list(range(200)), levels=1), 0.3, 0)
    assert Counter(example.label for example in learned) == {0: 70, 1: 70}
    assert Counter(example.label for example in held_out) == {0: 30, 1: 30}


def test_the_seed_decides_what_is_held_out_and_nothing_else() -> None:
    examples = examples_of_groups(list(range(50)))
    assert hold_out(examples, 0.5, 1) == hold_out(examples, 0.5, 1)
    assert hold_out(examples, 0.5, 1) != hold_out(examples, 0.5, 2)


def test_what_is_held_out_stays_what_it_was_in_earlier_versions() -> None:
    _, held_out = hold_out(examples_of_groups(list(range(24)), levels=1), 0.25, 3)
    assert [example.group for example in held_out] == [f"group-{n}" for n in (11, 13, 14, 18, 21, 22)]


def test_a_share_beyond_the_whole_is_refused() -> None:
    with pytest.raises(DataError, match=r"must be in \[0, 1\], not 1.5"):
        hold_out(examples_of_groups([0, 1]), 1.5, 0)


def test_groups_learned_earlier_count_as_trained_on() -> None:
    with pytest.raises(LeakError, match="group-3"):
        require_disjoint(
            examples_of_groups([0, 1]),
            [Example(Path("x"), 0, "other", 0, "group-3")],
            trained_before={"group-3"},
        )
