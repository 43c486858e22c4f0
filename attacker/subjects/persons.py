"""People of a photo, kept apart, and which of them a study is about: pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from attacker.grid import Floats
from attacker.photos.subject_boxes import Box

PersonRule = Literal["largest", "central"]
LIKE_SIZE = 0.6  # of the area of the person taken: from this on another may be the one who is meant
SAME = 0.5  # least overlap (intersection over union) of two boxes of one person


@dataclass(frozen=True)
class Person:
    """A person in a photo.

    Parameters
    ----------
    box
        In shares of the photo's width and height.
    score
        How sure the detector is, in [0, 1].
    area
        Share of the photo that the person covers, in [0, 1].
    map
        How much of each cell the person covers, float64 [g, g] in [0, 1] over the whole photo.
    """

    box: Box
    score: float
    area: float
    map: Floats


@dataclass(frozen=True)
class PersonChoice:
    """Which person a rule takes, by number, and whether another of like size makes that doubtful."""

    number: int
    doubtful: bool


def choose_person(people: Sequence[Person], rule: PersonRule) -> PersonChoice:
    """Choose the person that a study is about.

    Parameters
    ----------
    people
        At least one.
    rule
        ``largest``: who covers most of the photo; ``central``: whose box is nearest to the photo's middle.

    Returns
    -------
    Doubtful where another person covers at least `LIKE_SIZE` of the area of the one taken.

    Raises
    ------
    ValueError
        If there is nobody, or no such rule.

    Examples
    --------
    >>> sides = Box(0.0, 0.2, 0.4, 0.9), Box(0.45, 0.4, 0.55, 0.6)
    >>> large, middle = (Person(box, 0.9, (box.right - box.left) / 2, np.ones((2, 2))) for box in sides)
    >>> choose_person([large, middle], "largest"), choose_person([large, middle], "central")
    (PersonChoice(number=0, doubtful=False), PersonChoice(number=1, doubtful=True))
    """
    if not people or rule not in get_args(PersonRule):
        raise ValueError(f"no rule {rule!r} for {len(people)} people; use one of {get_args(PersonRule)}")
    ranks = [-person.area if rule == "largest" else _from_middle(person.box) for person in people]
    number = int(np.argmin(ranks))
    others = [person.area for other, person in enumerate(people) if other != number]
    return PersonChoice(number, max(others, default=0.0) >= LIKE_SIZE * people[number].area)


def person_at(people: Sequence[Person], box: Box) -> int | None:
    """Return the number of the person whose box is this one, None where it is nobody's.

    Parameters
    ----------
    people
        People of a photo.
    box
        Of a person, perhaps as another detector saw it: boxes that share `SAME` of their union are the same.

    Examples
    --------
    >>> person = Person(Box(0.1, 0.1, 0.5, 0.9), 0.9, 0.2, np.ones((2, 2)))
    >>> person_at([person], Box(0.1, 0.1, 0.5, 0.8)), person_at([person], Box(0.6, 0.1, 0.9, 0.8))
    (0, None)
    """
    overlaps = [overlap_of(person.box, box) for person in people]
    best = int(np.argmax(overlaps)) if overlaps else 0
    return best if overlaps and overlaps[best] >= SAME else None


def overlap_of(first: Box, second: Box) -> float:
    """Return the intersection of two boxes over their union, in [0, 1].

    Examples
    --------
    >>> overlap_of(Box(0.0, 0.0, 1.0, 1.0), Box(0.0, 0.0, 0.5, 1.0))
    0.5
    """
    width = min(first.right, second.right) - max(first.left, second.left)
    height = min(first.bottom, second.bottom) - max(first.top, second.top)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / (_area(first) + _area(second) - shared)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _from_middle(box: Box) -> float:
    """Return the distance of a box's middle from the photo's, in shares of its sides."""
    return float(np.hypot((box.left + box.right) / 2 - 0.5, (box.top + box.bottom) / 2 - 0.5))
