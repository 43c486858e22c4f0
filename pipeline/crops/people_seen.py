"""The people that were seen in a photo, kept apart, and the subject that a researcher picked among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING

import msgspec

from study.models import Item

if TYPE_CHECKING:
    from attacker.photos.landmarks import Landmark
    from attacker.photos.subject_boxes import Box
    from attacker.subjects.persons import Person

PersonBox = tuple[float, float, float, float]  # left, top, right, bottom, in shares of the photo
ROUNDED = 4  # decimals of a stored box


class PeopleSeen(msgspec.Struct, frozen=True):
    """The boxes of all people of a photo, and the number (from 0) of the one that the study's rule takes.

    Where nothing knows people, they are of the photo's parts that stand out alike, of which none is taken.
    """

    boxes: tuple[PersonBox, ...]
    taken: int | None = None
    are_parts: bool = False

    @classmethod
    def in_photo(cls, people: Sequence[Person], taken: int | None) -> PeopleSeen:
        """Return what is stored of the people that a detector saw."""
        return cls(tuple(_stored(astuple(person.box)) for person in people), taken)

    @classmethod
    def as_parts(cls, parts: Sequence[Box]) -> PeopleSeen:
        """Return what is stored of the parts of a photo of which each may be its subject."""
        return cls(tuple(_stored(astuple(part)) for part in parts), are_parts=True)

    @classmethod
    def by_pose(cls, pose: Mapping[str, Landmark]) -> PeopleSeen:
        """Return the one person whose joints are known, in the box around these."""
        across, down = ([getattr(joint, axis) for joint in pose.values()] for axis in ("x", "y"))
        box = min(across), min(down), max(across), max(down)
        return cls((_stored(min(max(side, 0.0), 1.0) for side in box),), 0)


def _stored(sides: Iterable[float]) -> PersonBox:
    left, top, right, bottom = (round(side, ROUNDED) for side in sides)
    return left, top, right, bottom


def people_in(item: Item) -> PeopleSeen:
    """Return the people seen in a photo; nobody where it was not looked for them."""
    return PeopleSeen(()) if item.people is None else msgspec.convert(item.people, PeopleSeen)


def note_people(seen: Iterable[tuple[Item, PeopleSeen | None]]) -> None:
    """Store who was seen in photos; where nobody was looked for, what is stored stays."""
    changed = []
    for item, people in seen:
        stored = None if people is None else msgspec.to_builtins(people)
        if stored is not None and item.people != stored:
            item.people = stored
            changed.append(item)
    Item.objects.bulk_update(changed, ["people"], batch_size=500)
