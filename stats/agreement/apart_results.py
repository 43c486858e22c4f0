"""Photos on which people and machine lie apart, as plain values that a page shows."""

from __future__ import annotations

from dataclasses import dataclass, field

Answers = dict[str, int]  # how often each class was answered, the most frequent first


@dataclass(frozen=True)
class PhotoApart:
    """One photo at one level, and how people and the machine answered.

    Attributes
    ----------
    item_id, category : the photo and its class
    people_right, people : people's right answers, and all of them
    machine_right, machine : the same of the machine, which may be several networks
    people_answers, machine_answers : numbers of answers by class
    others : numbers of answers by class of every other machine that was asked about the photo, by its label
    """

    item_id: str
    category: str
    people_right: int
    people: int
    machine_right: int
    machine: int
    people_answers: Answers
    machine_answers: Answers
    others: dict[str, Answers] = field(default_factory=dict)


@dataclass(frozen=True)
class LevelApart:
    """Photos of one level, those that lie furthest apart first.

    Attributes
    ----------
    crop_level : the level
    photos : photos that enough people and the machine answered
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


@dataclass(frozen=True)
class MachineApart:
    """Photos on which people and one machine lie apart.

    Attributes
    ----------
    label : the machine with its kind of attack
    outside : whether it came from outside: nobody here knows where in a photo it looked
    levels : that it answered, light to heavy
    """

    label: str
    outside: bool
    levels: tuple[LevelApart, ...]


@dataclass(frozen=True)
class Galleries:
    """Photos on which people lie apart from the machine that counts, and from each single machine.

    Attributes
    ----------
    counting : of the machine that the verdict judges, light to heavy
    machines : of each machine, those of this study first
    """

    counting: tuple[LevelApart, ...]
    machines: tuple[MachineApart, ...]
