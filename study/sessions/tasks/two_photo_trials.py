"""Trials that ask which of two photos shows a class."""

from __future__ import annotations

from collections.abc import Sequence

from study.asking.two_photos import WORDS
from study.models import Session, Trial
from study.plan import Plan
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.pair_trials import Shown, half_of, planned_practice, planned_tests
from study.sessions.tasks.trials import category_of
from study.sessions.wire import Answer

FIRST_AND_SECOND = (0, 1)  # the buttons stand as the photos do


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice."""
    planned, shown = planned_practice(session, plan)
    _ask(session, planned, shown, f"of practice {session.practice_round}")
    Trial.objects.bulk_create(planned)


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the pairs of the session's list, with catch trials among them."""
    planned, shown = planned_tests(session, plan, list_number)
    _ask(session, planned, shown, "")
    Trial.objects.bulk_create(planned)


def _ask(session: Session, planned: Sequence[Trial], shown: Shown, purpose: str) -> None:
    """Ask about one photo's class, which becomes the trial's photo, and give each photo its place.

    Within tests, catch trials and practice, and within each level, either photo of the pairs of two classes
    is asked about equally often, and what is asked about stands on either side equally often, give or take
    one.
    """

    def classes(trial: Trial) -> tuple[str, int, int, int]:
        first, second = shown[trial.stimulus_id or 0], shown[trial.beside_id or 0]
        return (trial.block_type, first.level.number, first.item.category_id, second.item.category_id)

    for place in half_of(session, planned, classes, f"targets {purpose}"):
        trial = planned[place]
        trial.stimulus_id, trial.beside_id = trial.beside_id, trial.stimulus_id
    for place in half_of(session, planned, classes, f"sides {purpose}"):
        planned[place].stimulus_place = 1
    for trial in planned:
        own, other = (shown[pk or 0].item.category_id for pk in (trial.stimulus_id, trial.beside_id))
        trial.target_id = own
        trial.choice_order = [other, own] if trial.stimulus_place else [own, other]


def grade_side(trial: Trial, answer: Answer) -> None:
    """Write the class of the photo that was chosen, and whether it is the class that was asked for."""
    trial.response_id = category_of(trial, answer)
    trial.correct = trial.response_id is not None and trial.response_id == trial.target_id


TWO_PHOTO_TRIALS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=lambda trials: trials,  # the trial tells what either photo shows
    answered_with="response",
    wanted="response, the place of a photo",
    grade=grade_side,
    right_places=lambda trial: (trial.choice_order.index(trial.target_id),),
    stored=lambda trial: trial.response_id,
    sent=category_of,
    places_in_order=lambda _session, _trial: FIRST_AND_SECOND,
    words_first=lambda _session: tuple(WORDS),
)
