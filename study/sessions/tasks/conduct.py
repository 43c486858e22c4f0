"""What a session needs to know of a task to conduct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from study.models import Session, Trial
from study.plan import Plan
from study.sessions.wire import Answer


@dataclass(frozen=True)
class Conduct:
    """How the trials of a task are planned, graded and taught.

    Attributes
    ----------
    add_practice, add_tests
        Add one round of practice, or the test and catch trials of a list, to a session.
    with_truth
        Join trials to what their photos show, so that grading asks the database nothing more.
    answered_with, wanted
        The field of an answer that this task needs, and the same in words.
    grade
        Write what was answered, and its score, into a trial; of a timeout too, which answers nothing.
    right_places
        Places of the right button, or of the tiles that show what was asked for.
    stored, sent
        What is stored of an answer, and what an answer says, in equal terms.
    places_in_order
        The answers of a trial from the first button to the last, as places among those that the page knows.
    words_first
        Of a task whose answers are words of its own: these, in the order of a person's first buttons.
    """

    add_practice: Callable[[Session, Plan], None]
    add_tests: Callable[[Session, Plan, int], None]
    with_truth: Callable[[QuerySet[Trial]], QuerySet[Trial]]
    answered_with: str
    wanted: str
    grade: Callable[[Trial, Answer], None]
    right_places: Callable[[Trial], tuple[int, ...]]
    stored: Callable[[Trial], object]
    sent: Callable[[Trial, Answer], object]
    places_in_order: Callable[[Session, Trial], tuple[int, ...]]
    words_first: Callable[[Session], Sequence[str]] = lambda _session: ()
