"""Who trains, who selects, who is tested: decided once, for whole groups of photos.

Pure. A group is a set of near-duplicates, or of photos from one source; all its photos share a split, so no
photo stands on two sides at any crop level.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

SHARES: Mapping[str, float] = {"train": 0.5, "validation": 0.15, "test": 0.2, "design": 0.15}
MINIMUM: Mapping[str, int] = {"train": 10, "validation": 3, "test": 4, "design": 3}


class TooFewPhotos(ValueError):
    """A class cannot fill its splits."""

    def __init__(self, category: str, groups: int) -> None:
        needed = sum(MINIMUM.values())
        super().__init__(
            f"The class {category!r} has {groups} different photos (near-duplicates count once); "
            f"{needed} are needed: add {needed - groups} more, or leave the class out."
        )


def split_groups(
    categories: Sequence[str], groups: Sequence[str], *, seed: int, taken: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give every group of photos one split.

    Parameters
    ----------
    categories, groups
        Class and group of every photo, of equal length.
    seed
        The same photos and seed give the same splits.
    taken
        Splits that groups already have; they are kept.

    Raises
    ------
    TooFewPhotos
        If a class has fewer groups than its splits need.
    """
    assigned = dict(taken or {})
    for category, members in sorted(_groups_by_class(categories, groups).items()):
        if len(members) < sum(MINIMUM.values()):
            raise TooFewPhotos(category, len(members))
        _fill(assigned, members, np.random.default_rng([seed, *category.encode()]))
    return assigned


def _groups_by_class(categories: Sequence[str], groups: Sequence[str]) -> dict[str, dict[str, int]]:
    """Groups with their sizes, under the class that most of their photos belong to."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for category, group in zip(categories, groups, strict=True):
        votes[group][category] += 1
    by_class: dict[str, dict[str, int]] = {category: {} for category in categories}
    for group, counts in votes.items():
        by_class[counts.most_common(1)[0][0]][group] = counts.total()
    return by_class


def _fill(assigned: dict[str, str], members: dict[str, int], rng: np.random.Generator) -> None:
    """Hand out new groups in random order, each to the split that is furthest behind its share of the photos.

    One large group may fill a share by itself: the last groups go to the splits that are short of some.
    """
    photos: Counter[str] = Counter()
    missing = Counter(MINIMUM)
    for group in members.keys() & assigned.keys():
        photos[assigned[group]] += members[group]
        missing[assigned[group]] -= 1
    new = rng.permutation(sorted(members.keys() - assigned.keys())).tolist()
    for left, group in zip(range(len(new), 0, -1), new, strict=True):
        short = +missing  # what is short of some
        split = _furthest_behind(photos, list(short) if left <= short.total() else list(SHARES))
        assigned[group] = split
        photos[split] += members[group]
        missing[split] -= 1


def _furthest_behind(photos: Counter[str], splits: Sequence[str]) -> str:
    return max(splits, key=lambda name: SHARES[name] * (photos.total() + 1) - photos[name])
