"""A task as participants meet it: what is said of it, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise

PAIR = 2


class AnsweredBy(StrEnum):
    """What a person answers with."""

    CLASSES = "classes"  # a button for each class
    YES_NO = "yes_no"  # two buttons, about a class that the trial names
    SIDES = "sides"  # two buttons, one for each of two photos
    SAME = "same"  # two buttons, about two photos
    TEXT = "text"  # a field to type in
    TILES = "tiles"  # the photos of a grid, and a button that submits them


@dataclass(frozen=True)
class CheckQuestion:
    """A question about the instructions; the values of its answers are the same in every task."""

    question: Promise
    answers: tuple[tuple[str, Promise], ...]


@dataclass(frozen=True)
class Task:
    """What a trial asks.

    Attributes
    ----------
    name
        As a design stores it; the templates of its steps, its trial and its lesson carry it too.
    sentence
        What people will do.
    decided, unsure
        Questions about the instructions: what is decided, and what to do when not sure.
    answered_by
        What a person answers with.
    words
        What stands on the buttons where these are no classes, by the answer's name.
    photos
        Photos of a trial; of a grid the design says how many.
    """

    name: str
    sentence: Promise
    decided: CheckQuestion
    unsure: CheckQuestion
    answered_by: AnsweredBy
    words: Mapping[str, Promise] = field(default_factory=dict)
    photos: int = 1

    def answers(self, classes: int) -> int:
        """Return how many buttons there are to choose from, where there are so many classes."""
        return len(self.words) or classes

    @property
    def has_buttons(self) -> bool:
        """Whether a person answers by one of several buttons."""
        return self.answered_by not in (AnsweredBy.TEXT, AnsweredBy.TILES)

    @property
    def answers_are_places(self) -> bool:
        """Whether an answer is a place on the screen, so that the order of the buttons is given."""
        return self.answered_by == AnsweredBy.SIDES

    @property
    def shows_pairs(self) -> bool:
        """Whether a trial shows two photos."""
        return self.photos == PAIR

    @property
    def steps_page(self) -> str:
        """The template that tells, step by step, what to do."""
        return f"study/steps_{self.name}.html"

    @property
    def trial_page(self) -> str:
        """The template of a trial."""
        return f"study/task_{self.name}.html"

    @property
    def lesson_page(self) -> str:
        """The template of what a practice trial teaches."""
        return f"study/lesson_{self.name}.html"
