"""Pairs of photos: which two are shown together, the same for everybody; pure functions.

A pair stays together, at one level for each person, so that answers are a sample over pairs, and so are
intervals over photos.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations
from math import lcm
from typing import TypeVar

from study import counterbalancing
from study.asking.same_different import SAME_DIFFERENT

T = TypeVar("T")
Pair = tuple[T, T]
Groups = list[list[Pair[T]]]  # pairs of the same class, or of the same two classes


def parts_of(task: str, classes: Sequence[Sequence[T]]) -> list[Groups[T]]:
    """Return all pairs of a task, in parts of which everybody sees equally many; each part by its classes.

    Two photos to choose between are of different classes. Of those to be compared one part shows the same
    class twice; about half of the photos of each class are in it.

    Examples
    --------
    >>> parts_of("two_photos", ["abcd", "efgh"])
    [[[('a', 'e'), ('b', 'f'), ('c', 'g'), ('d', 'h')]]]
    >>> parts_of("same_different", ["abcd", "efgh"])
    [[[('a', 'c')], [('e', 'g')]], [[('b', 'f'), ('d', 'h')]]]
    """
    if task != SAME_DIFFERENT:
        return [_by_classes(classes)]
    halves = [list(photos[::2])[: 2 * (len(photos) // 4)] for photos in classes]
    rest = [
        [photo for photo in photos if photo not in half] for photos, half in zip(classes, halves, strict=True)
    ]
    same = [_far_apart(half) for half in halves if half]
    return [same, _by_classes(rest)]


def _far_apart(photos: Sequence[T]) -> list[Pair[T]]:
    """Return pairs of one class; photos that were imported one after the other may be of one scene."""
    half = len(photos) // 2
    return list(zip(photos[:half], photos[half:], strict=True))


def _by_classes(classes: Sequence[Sequence[T]]) -> Groups[T]:
    """Return pairs of different classes, those of the same two classes together."""
    by_classes: dict[tuple[int, int], list[Pair[T]]] = {}
    for places, pair in different_pairs(classes):
        by_classes.setdefault(places, []).append(pair)
    return [by_classes[places] for places in sorted(by_classes)]


def different_pairs(classes: Sequence[Sequence[T]]) -> list[tuple[tuple[int, int], Pair[T]]]:
    """Return pairs of different classes with the places of these, until one class at most has photos left.

    Each pair is of the two classes with most photos left, of such of those that were paired least.

    Examples
    --------
    >>> [pair for _, pair in different_pairs(["ab", "cd", "ef"])]
    [('a', 'c'), ('b', 'e'), ('d', 'f')]
    """
    used, pairs = [0] * len(classes), []
    times: Counter[tuple[int, int]] = Counter()
    left = [len(photos) for photos in classes]
    while sum(number > 0 for number in left) > 1:
        open_pairs = (
            places for places in combinations(range(len(classes)), 2) if all(left[p] for p in places)
        )
        best = min(open_pairs, key=lambda places: (-left[places[0]] - left[places[1]], times[places]))
        first, second = (classes[place][used[place]] for place in best)
        pairs.append((best, (first, second)))
        times[best] += 1
        for place in best:
            used[place], left[place] = used[place] + 1, left[place] - 1
    return pairs


def some_pairs(task: str, classes: Sequence[Sequence[T]], wanted: int) -> list[Pair[T]]:
    """Return so many pairs of a pool, as for practice; fewer if it has not enough.

    Of photos to be compared half of the pairs, give or take one, show the same class.

    Examples
    --------
    >>> some_pairs("same_different", ["abcd", "efgh"], 3)
    [('a', 'b'), ('c', 'e'), ('d', 'f')]
    """
    same = _same_pairs(classes, wanted // 2) if task == SAME_DIFFERENT else []
    taken = set(chain.from_iterable(same))
    rest = [[photo for photo in photos if photo not in taken] for photos in classes]
    different = [pair for _, pair in different_pairs(rest)]
    return [*same, *different[: wanted - len(same)]]


def _same_pairs(classes: Sequence[Sequence[T]], wanted: int) -> list[Pair[T]]:
    left = [list(photos) for photos in classes]
    pairs = []
    for _ in range(wanted):
        fullest = max(left, key=len)
        if len(fullest) < 2:
            break
        pairs.append((fullest.pop(0), fullest.pop(0)))
    return pairs


def list_of_pairs(
    parts: Sequence[Groups[T]], levels: int, trials: int, number: int
) -> list[tuple[Pair[T], int]]:
    """Return one list of pairs with the place of their level, as many of each part.

    Raises ValueError if the trials cannot be shared evenly among the parts.
    """
    share, left_over = divmod(trials, len(parts))
    if left_over:
        raise ValueError(f"{trials} trials cannot be shared evenly among {len(parts)} kinds of pairs.")
    return [each for groups in parts for each in counterbalancing.latin_list(groups, levels, share, number)]


def number_of_lists(parts: Sequence[Groups[T]], levels: int, trials: int) -> int:
    """Return how many lists show every pair at every level equally often."""
    share = trials // len(parts)
    return levels * lcm(*(counterbalancing.portions([len(g) for g in groups], share) for groups in parts))


def missing_pairs(parts: Sequence[Groups[T]], trials: int) -> bool:
    """Return whether somebody would see a pair twice, find none of a part, or more of one than of another.

    Examples
    --------
    >>> missing_pairs(parts_of("two_photos", ["abcd", "efgh"]), 4)
    False
    >>> missing_pairs(parts_of("two_photos", ["abcd", "efgh"]), 5)
    True
    """
    share, left_over = divmod(trials, len(parts))
    return left_over > 0 or any(
        not groups or counterbalancing.photos_needed(share, len(groups)) > min(map(len, groups))
        for groups in parts
    )
