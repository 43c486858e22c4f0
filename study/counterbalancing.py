"""Which participant sees which photo at which level, and in which order: pure functions of explicit seeds."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from itertools import count
from math import ceil
from typing import TypeVar

T = TypeVar("T")


def seed_of(name: str, purpose: str) -> int:
    """Return a reproducible seed for a stored name, independent for every purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{name}".encode()).digest()[:8], "big")


def shuffled(values: Sequence[T], seed: int) -> list[T]:
    """Return the values in a random order that the seed fixes."""
    result = list(values)
    random.Random(seed).shuffle(result)  # noqa: S311  (an order, not a secret)
    return result


def split_evenly(total: int, parts: int, first: int = 0) -> list[int]:
    """Split `total` into whole parts that differ by at most one; the larger ones start at part `first`."""
    base, left_over = divmod(total, parts)
    return [base + ((part - first) % parts < left_over) for part in range(parts)]


def photos_needed(trials: int, classes: int) -> int:
    """Return how many photos every class must have, so that nobody sees one twice."""
    return ceil(trials / classes)


def portions(photos_per_class: Sequence[int], trials: int) -> int:
    """Return into how many portions the photos are cut, so that every photo is shown to someone."""
    smallest = max(1, trials // len(photos_per_class))
    return max(ceil(photos / smallest) for photos in photos_per_class)


def number_of_lists(photos_per_class: Sequence[int], levels: int, trials: int) -> int:
    """Return the number of rows of the Latin square: every portion of the photos at every rotation."""
    return portions(photos_per_class, trials) * levels


def grids_step(tiles: int, classes: int, levels: int) -> int:
    """Return the smallest number of grids that fills all levels with whole grids and balances the classes."""
    return next(grids for grids in count(levels, levels) if grids * tiles % (classes * levels) == 0)


def foils(classes: Sequence[Sequence[T]]) -> dict[T, int]:
    """Return for each photo the place of another class: every other class equally often within a class.

    Examples
    --------
    >>> foils(["abcd", "ef", "g"])
    {'a': 1, 'b': 2, 'c': 1, 'd': 2, 'e': 2, 'f': 0, 'g': 0}
    """
    return {
        photo: (own + 1 + place % (len(classes) - 1)) % len(classes)
        for own, photos in enumerate(classes)
        for place, photo in enumerate(photos)
    }


def halves(strata: Sequence[Sequence[T]], seed: int) -> set[T]:
    """Return one half of the values of each stratum, give or take one, and of all of them together.

    Which values, and in which stratum the odd one counts, is random.

    Examples
    --------
    >>> [len(halves(["abcd", "efg"], seed) & set("efg")) for seed in range(5)]
    [1, 2, 1, 2, 2]
    """
    first = seed % 2
    ordered = [value for place, stratum in enumerate(strata) for value in shuffled(stratum, seed + place)]
    return {value for place, value in enumerate(ordered) if place % 2 == first}


def groups(values: Sequence[T], size: int) -> list[list[T]]:
    """Return groups of `size` consecutive values; a remainder is left out."""
    return [list(values[start : start + size]) for start in range(0, len(values) - size + 1, size)]


def balanced_sequence(values: Sequence[T], times: int, seed: int) -> list[T]:
    """Return `times` values in random order, each as often as any other (give or take one)."""
    one_round = shuffled(values, seed)
    return shuffled([one_round[place % len(values)] for place in range(times)], seed + 1)


def latin_list(classes: Sequence[Sequence[T]], levels: int, trials: int, number: int) -> list[tuple[T, int]]:
    """Return one row of the Latin square: photos, each at one level only, with classes and levels in balance.

    Row `number` shows portion `number % portions` of each class; within it, the photo in place q stands at
    level `(q + class + rotation) % levels`. Over the rotations of a portion each photo meets each level once;
    over the portions, counts of any two photos of a class differ by at most one (up to the trials that do not
    divide by the number of classes).
    """
    pieces = portions([len(photos) for photos in classes], trials)
    rotation, portion = divmod(number, pieces)
    sizes = split_evenly(trials, len(classes), first=portion)
    return [
        (photo, (place + position + rotation) % levels)
        for position, (photos, size) in enumerate(zip(classes, sizes, strict=True))
        for place, photo in enumerate(_portion(photos, size, portion, pieces))
    ]


def _portion(photos: Sequence[T], size: int, portion: int, pieces: int) -> list[T]:
    """Return `size` consecutive photos, cyclically; the portions start evenly spread over the class."""
    start = portion * len(photos) // pieces
    return [photos[(start + step) % len(photos)] for step in range(size)]


def candidate_lists(
    classes: Sequence[Sequence[T]], candidates_of: Callable[[T], int], trials: int, lists: int
) -> list[list[tuple[T, int]]]:
    """Return the lists of a pilot: photos, each with the number of one of its candidates, classes in balance.

    Each list takes what earlier lists took least often, and no photo twice. So over all lists the candidates
    of a class are asked about equally often (give or take one, unless the photos of a list run out).
    """
    asked = [dict.fromkeys(_in_turn([candidates_of(photo) for photo in photos]), 0) for photos in classes]
    return [
        [
            (classes[position][place], candidate)
            for position, size in enumerate(split_evenly(trials, len(classes), first=number))
            for place, candidate in _least_asked(asked[position], size)
        ]
        for number in range(lists)
    ]


def _in_turn(candidates: Sequence[int]) -> list[tuple[int, int]]:
    """Return all places with all their candidates, turn by turn; neighbours begin with different ones."""
    return [
        (place, (turn + place) % number)
        for turn in range(max(candidates, default=0))
        for place, number in enumerate(candidates)
        if turn < number
    ]


def _least_asked(asked: dict[tuple[int, int], int], size: int) -> list[tuple[int, int]]:
    """Take candidates of different photos, the least asked first, and count that they are asked."""
    taken: dict[int, int] = {}
    for place, candidate in sorted(asked, key=asked.__getitem__):
        if len(taken) < size and place not in taken:
            taken[place] = candidate
            asked[place, candidate] += 1
    return list(taken.items())


def catch_count(trials: int, share: float) -> int:
    """Return how many catch trials go with so many test trials: at least one if any are wanted."""
    return max(1, round(trials * share)) if share > 0 else 0


def with_catch_trials(tests: Sequence[T], catches: Sequence[T], seed: int) -> list[T]:
    """Return the tests with catch trials spread evenly among them, at random places and never first."""
    generator = random.Random(seed)  # noqa: S311
    stretches = split_evenly(len(tests), max(1, len(catches)))
    result: list[T] = []
    rest = list(tests)
    for position, length in enumerate(stretches):
        stretch, rest = rest[:length], rest[length:]
        if position < len(catches):
            stretch.insert(generator.randint(min(1, length), length), catches[position])
        result += stretch
    return result


def block_numbers(trials: int, blocks: int) -> list[int]:
    """Return the block of each trial, from 1; blocks differ in length by at most one trial."""
    lengths = split_evenly(trials, blocks)
    return [number for number, length in enumerate(lengths, start=1) for _ in range(length)]
