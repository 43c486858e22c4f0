"""Trials that ask whether two photos show the same class."""

from __future__ import annotations

from collections.abc import Sequence

from study import counterbalancing
from study.asking.same_different import DIFFERENT, SAME
from study.models import Session, Trial
from study.plan import Plan
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.pair_trials import Shown, half_of, joined_to_both, planned_practice, planned_tests
from study.sessions.tasks.trials import orders_by_block
from study.sessions.tasks.word_answers import chosen_word
from study.sessions.wire import Answer

ANSWERS = (SAME, DIFFERENT)  # as the page knows them


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice, half of whose pairs show the same class."""
    planned, shown = planned_practice(session, plan)
    _place(session, plan, planned, shown, f"of practice {session.practice_round}")
    Trial.objects.bulk_create(planned)


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the pairs of the session's list, half of which show the same class."""
    planned, shown = planned_tests(session, plan, list_number)
    _place(session, plan, planned, shown, "")
    Trial.objects.bulk_create(planned)


def _place(session: Session, plan: Plan, planned: Sequence[Trial], shown: Shown, purpose: str) -> None:
    """Give each photo its place, the first of a pair on either side equally often, and the answers theirs."""

    def kind(trial: Trial) -> tuple[str, int, bool]:
        first, second = shown[trial.stimulus_id or 0], shown[trial.beside_id or 0]
        return (trial.block_type, first.level.number, first.item.category_id == second.item.category_id)

    for place in half_of(session, planned, kind, f"sides {purpose}"):
        planned[place].stimulus_place = 1
    orders = orders_by_block(session, plan, order_of(session))
    for trial in planned:
        trial.choice_order = orders[max(0, trial.block_id - 1)]


def order_of(session: Session) -> list[str]:
    """Return both answers in the order of this person's buttons."""
    seed = counterbalancing.seed_of(session.participant.public_id, "same or different first")
    return counterbalancing.shuffled(ANSWERS, seed)


def show_the_same(trial: Trial) -> bool:
    """Return whether both photos of a trial show the same class."""
    first, second = trial.photos
    return first.item.category_id == second.item.category_id


def grade_comparison(trial: Trial, answer: Answer) -> None:
    """Write what was said, and whether it is so."""
    word = chosen_word(trial, answer)
    trial.said_same = None if word is None else word == SAME
    trial.correct = trial.said_same is not None and trial.said_same == show_the_same(trial)


def stored_comparison(trial: Trial) -> str | None:
    """Return the stored answer in the terms of `chosen_word`."""
    return None if trial.said_same is None else ANSWERS[not trial.said_same]


SAME_DIFFERENT_TRIALS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=joined_to_both,
    answered_with="response",
    wanted="response, the place of a button",
    grade=grade_comparison,
    right_places=lambda trial: (trial.choice_order.index(ANSWERS[not show_the_same(trial)]),),
    stored=stored_comparison,
    sent=chosen_word,
    places_in_order=lambda _session, trial: tuple(map(ANSWERS.index, trial.choice_order)),
    words_first=order_of,
)
