"""Photos on which people and machine lie apart, as plain values that a page shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PhotoApart:
    """One photo at one level, and how people and networks answered.

    Attributes
    ----------
    item_id, category : the photo and its class
    people_right, people : people's right answers, and all of them
    machine_right, machine : the same of the networks
    people_answers, machine_answers : numbers of answers by class, the most frequent first
    """

    item_id: str
    category: str
    people_right: int
    people: int
    machine_right: int
    machine: int
    people_answers: dict[str, int]
    machine_answers: dict[str, int]


@dataclass(frozen=True)
class LevelApart:
    """Photos of one level, those that lie furthest apart first.

    Attributes
    ----------
    crop_level : the level
    photos : photos that enough people and a network answered
    known_by_people, known_by_machine : numbers of photos that one side knows and the other does not
    people_know, machine_knows : the first of them
    """

    crop_level: float
    photos: int
    known_by_people: int
    known_by_machine: int
    people_know: tuple[PhotoApart, ...]
    machine_knows: tuple[PhotoApart, ...]

    @property
    def shown(self) -> tuple[PhotoApart, ...]:
        """All photos that are shown of the level."""
        return (*self.people_know, *self.machine_knows)
