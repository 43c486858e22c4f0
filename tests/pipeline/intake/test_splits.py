"""Splits by groups of photos: no photo, and no near-duplicate of it, on two sides."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.splits import MINIMUM, SHARES, TooFewPhotos, split_groups


def photos(groups_per_class: int, size: int = 1) -> tuple[list[str], list[str]]:
    categories, groups = [], []
    for category in ("dribble", "Dunk über Kopf"):
        for number in range(groups_per_class):
            categories += [category] * size
            groups += [f"{category}-{number}"] * size
    return categories, groups


def test_the_shares_are_kept_in_every_class() -> None:
    categories, groups = photos(200)
    splits = split_groups(categories, groups, seed=1)
    for category in set(categories):
        counts = Counter(splits[g] for c, g in zip(categories, groups, strict=True) if c == category)
        assert {split: counts[split] / 200 for split in SHARES} == pytest.approx(SHARES, abs=0.006)


@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(1, 30), min_size=20, max_size=60))
def test_every_group_has_exactly_one_split_and_no_split_is_short(seed: int, sizes: list[int]) -> None:
    categories = ["a"] * sum(sizes)
    groups = [f"g{number}" for number, size in enumerate(sizes) for _ in range(size)]
    splits = split_groups(categories, groups, seed=seed)
    assert set(splits) == set(groups)
    counts = Counter(splits.values())
    assert set(counts) == set(SHARES)
    assert all(counts[split] >= least for split, least in MINIMUM.items())


def test_the_smallest_class_that_is_accepted_fills_every_split() -> None:
    categories, groups = photos(sum(MINIMUM.values()))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for group, split in split_groups(categories, groups, seed=0).items():
        counted[group.split("-")[0]][split] += 1
    for counts in counted.values():
        assert all(counts[split] >= least for split, least in MINIMUM.items())


def test_a_class_with_too_few_photos_is_told_how_many_are_needed() -> None:
    categories, groups = photos(12, size=3)
    with pytest.raises(TooFewPhotos, match=r"has 12 different photos.*20 are needed: add 8 more"):
        split_groups(categories, groups, seed=0)


def test_the_same_photos_are_split_the_same_way() -> None:
    categories, groups = photos(30)
    reordered = split_groups(categories[::-1], groups[::-1], seed=5)
    assert split_groups(categories, groups, seed=5) == reordered
    assert split_groups(categories, groups, seed=6) != reordered


def test_later_photos_do_not_move_earlier_ones() -> None:
    categories, groups = photos(30)
    before = split_groups(categories, groups, seed=0)
    more_categories, more_groups = photos(45)
    after = split_groups(more_categories, more_groups, seed=0, taken=before)
    assert {group: after[group] for group in before} == before
