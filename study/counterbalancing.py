"""Who sees which photo at which level, and in which order: pure functions of explicit seeds."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from itertools import count
from math import ceil
from typing import TypeVar

T = TypeVar("T")


def seed_of(name: str, purpose: str) -> int:
    """A reproducible seed from a stored name, independent for every purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{name}".encode()).digest()[:8], "big")


def shuffled(values: Sequence[T], seed: int) -> list[T]:
    """A random order that the seed fixes."""
    result = list(values)
    random.Random(seed).shuffle(result)  # noqa: S311  (an order, not a secret)
    return result


def share_out(total: int, parts: int, first: int = 0) -> list[int]:
    """Cut `total` into whole parts that differ by at most one; the bigger ones start at `first`."""
    base, left_over = divmod(total, parts)
    return [base + ((part - first) % parts < left_over) for part in range(parts)]


def photos_needed(trials: int, classes: int) -> int:
    """Photos that every class must have, so that nobody sees one twice."""
    return ceil(trials / classes)


def portions(photos_per_class: Sequence[int], trials: int) -> int:
    """How many portions of the photos are needed until every photo is shown to someone."""
    smallest = max(1, trials // len(photos_per_class))
    return max(ceil(photos / smallest) for photos in photos_per_class)


def number_of_lists(photos_per_class: Sequence[int], levels: int, trials: int) -> int:
    """Rows of the Latin square: every portion of the photos at every rotation of the levels."""
    return portions(photos_per_class, trials) * levels


def grids_step(tiles: int, classes: int, levels: int) -> int:
    """The smallest number of grids that fills every level with whole grids and shows all classes alike."""
    return next(grids for grids in count(levels, levels) if grids * tiles % (classes * levels) == 0)


def dealt(values: Sequence[T], size: int) -> list[list[T]]:
    """Hands of `size` each; what is left over is not dealt."""
    return [list(values[start : start + size]) for start in range(0, len(values) - size + 1, size)]


def in_turn(values: Sequence[T], times: int, seed: int) -> list[T]:
    """`times` values in random order, each as often as any other (give or take one)."""
    once_round = shuffled(values, seed)
    return shuffled([once_round[place % len(values)] for place in range(times)], seed + 1)


def latin_list(classes: Sequence[Sequence[T]], levels: int, trials: int, number: int) -> list[tuple[T, int]]:
    """One list: photos, each at one level only, with classes and levels in balance.

    List `number` shows portion `number % portions` of each class; within it, the photo in place q stands at
    level `(q + class + rotation) % levels`. Over the rotations of a portion each photo meets each level once;
    over the portions, counts of any two photos of a class differ by at most one (up to the trials that do not
    divide by the number of classes).
    """
    pieces = portions([len(photos) for photos in classes], trials)
    rotation, portion = divmod(number, pieces)
    sizes = share_out(trials, len(classes), first=portion)
    return [
        (photo, (place + position + rotation) % levels)
        for position, (photos, size) in enumerate(zip(classes, sizes, strict=True))
        for place, photo in enumerate(_portion(photos, size, portion, pieces))
    ]


def _portion(photos: Sequence[T], size: int, portion: int, pieces: int) -> list[T]:
    """`size` photos in a row, round the corner at the end; starts are spread evenly over the class."""
    start = portion * len(photos) // pieces
    return [photos[(start + step) % len(photos)] for step in range(size)]


def catch_count(trials: int, share: float) -> int:
    """Catch trials that go with so many test trials; at least one if any are wanted."""
    return max(1, round(trials * share)) if share > 0 else 0


def mixed(tests: Sequence[T], catches: Sequence[T], seed: int) -> list[T]:
    """Catch trials spread evenly among tests, each at a random place of its stretch and never first."""
    generator = random.Random(seed)  # noqa: S311
    stretches = share_out(len(tests), max(1, len(catches)))
    result: list[T] = []
    rest = list(tests)
    for position, length in enumerate(stretches):
        stretch, rest = rest[:length], rest[length:]
        if position < len(catches):
            stretch.insert(generator.randint(min(1, length), length), catches[position])
        result += stretch
    return result


def block_numbers(trials: int, blocks: int) -> list[int]:
    """The block of each trial, from 1; blocks differ in length by at most one trial."""
    lengths = share_out(trials, blocks)
    return [number for number, length in enumerate(lengths, start=1) for _ in range(length)]
