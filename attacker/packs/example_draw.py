"""Which labelled training photos a pack shows: drawn by a seed, never a near duplicate of a stimulus."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from attacker.errors import DataError, LeakError


@dataclass(frozen=True)
class Candidate:
    """A training photo that may be shown.

    Attributes
    ----------
    key : by which its owner knows it
    label : index into the classes
    group : cluster of near duplicates that it belongs to
    """

    key: str
    label: int
    group: str


@dataclass(frozen=True)
class Draw:
    """How examples are drawn.

    Attributes
    ----------
    shots : how many of each class; 0: none
    seed : of the draw
    """

    shots: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.shots < 0:
            raise DataError(f"a pack shows 0 or more examples of each class, not {self.shots}")


def draw_examples(
    candidates: Iterable[Candidate], draw: Draw, classes: Sequence[str], packed: Collection[str]
) -> list[Candidate]:
    """Return the examples that a pack shows, class by class; no two of them are near duplicates.

    Parameters
    ----------
    candidates
        Training photos.
    draw
        How many, and by which seed; the same seed draws the same from the same photos.
    classes
        Names.
    packed
        Groups of the photos that are asked about.

    Raises
    ------
    LeakError
        If a training photo is in a group of a photo that is asked about: then the split is broken.
    DataError
        If a class has too few groups.

    Examples
    --------
    >>> photos = [Candidate(f"{label}{n}", label, f"{label}{n}") for label in (0, 1) for n in range(9)]
    >>> [each.key for each in draw_examples(photos, Draw(2, seed=1), ("dunk", "shoot"), packed=())]
    ['06', '07', '17', '11']
    >>> draw_examples(photos, Draw(10), ("dunk", "shoot"), packed=())
    Traceback (most recent call last):
    attacker.errors.DataError: dunk has 9 groups of training photos, too few for 10 examples
    """
    by_label: dict[int, dict[str, Candidate]] = defaultdict(dict)
    for photo in sorted(candidates, key=lambda photo: photo.key, reverse=True):
        if photo.group in packed:
            raise LeakError(
                f"the training photo {photo.key} is a near duplicate of a photo that is asked about: "
                "split the photos again"
            )
        by_label[photo.label][photo.group] = photo  # of near duplicates the first by key
    examples: list[Candidate] = []
    for label, name in enumerate(classes if draw.shots else ()):
        examples += _of_class(by_label[label], draw, label, name)
    return examples


def _of_class(by_group: dict[str, Candidate], draw: Draw, label: int, name: str) -> list[Candidate]:
    if len(by_group) < draw.shots:
        raise DataError(
            f"{name} has {len(by_group)} groups of training photos, too few for {draw.shots} examples"
        )
    groups = sorted(by_group)
    drawn = random.Random(f"{draw.seed}/{label}").sample(groups, draw.shots)  # noqa: S311  (no secret)
    return [by_group[group] for group in drawn]
