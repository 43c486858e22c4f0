"""Trials that ask whether a photo shows a class: planned as single photos are, then asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from study import counterbalancing
from study.asking.yes_no_question import NO, YES
from study.models import Session, Stimulus, Trial
from study.plan import Plan
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.trials import (
    joined_to_photo,
    orders_by_block,
    planned_practice,
    planned_tests,
    true_category,
)
from study.sessions.tasks.word_answers import chosen_word
from study.sessions.wire import Answer

ANSWERS = (YES, NO)  # as the page knows them


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice, half of whose photos show what is asked about."""
    planned = planned_practice(session, plan)
    _ask(session, plan, planned, f"questions of practice {session.practice_round}")
    Trial.objects.bulk_create(planned)


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the photos of the session's list; of each level, half show what is asked about."""
    planned = planned_tests(session, plan, list_number)
    _ask(session, plan, planned, "questions")
    Trial.objects.bulk_create(planned)


def _ask(session: Session, plan: Plan, planned: Sequence[Trial], purpose: str) -> None:
    """Give each trial its question and the order of its answers.

    Of each level, within the tests and within the catch trials, half ask about the photo's own class, and the
    classes alternate; the others ask about the photo's foil, which is the same for everybody.
    """
    shown = _shown_by(planned)
    strata: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for place, trial in enumerate(planned):
        strata[trial.block_type, shown[place].level.number, shown[place].item.category_id].append(place)
    seed = counterbalancing.seed_of(session.participant.public_id, purpose)
    signals = counterbalancing.halves([strata[key] for key in sorted(strata)], seed)
    foils, orders = foils_of(shown, plan), orders_by_block(session, plan, order_of(session))
    for place, trial in enumerate(planned):
        item = shown[place].item
        trial.target_id = item.category_id if place in signals else foils[item.pk]
        trial.choice_order = orders[max(0, trial.block_id - 1)]


def _shown_by(planned: Sequence[Trial]) -> list[Stimulus]:
    ids = [trial.stimulus_id for trial in planned if trial.stimulus_id is not None]
    stimuli = Stimulus.of_any_kind.filter(pk__in=ids).select_related("item", "level").defer("item__landmarks")
    by_id = {stimulus.pk: stimulus for stimulus in stimuli}
    return [by_id[pk] for pk in ids]


def foils_of(shown: Iterable[Stimulus], plan: Plan) -> dict[int, int]:
    """Return for each photo, by its row, the class that is asked about where it is not to be seen.

    Those of test photos belong to the version; other photos have theirs among their like.
    """
    others = {stimulus.item_id: stimulus.item.category_id for stimulus in shown}
    return {
        item: foil for item, foil in plan.foils_among(others).items() if item not in plan.foils
    } | plan.foils


def order_of(session: Session) -> list[str]:
    """Return yes and no in the order of this person's buttons."""
    seed = counterbalancing.seed_of(session.participant.public_id, "yes or no first")
    return counterbalancing.shuffled(ANSWERS, seed)


def grade_word(trial: Trial, answer: Answer) -> None:
    """Write what was said, and whether the photo shows what was asked about, or not, as was said."""
    word = chosen_word(trial, answer)
    trial.said_yes = None if word is None else word == YES
    trial.correct = trial.said_yes is not None and trial.said_yes == shows_asked(trial)


def shows_asked(trial: Trial) -> bool:
    """Return whether the photo of a trial shows the class that it asks about."""
    return true_category(trial) == trial.target_id


def stored_word(trial: Trial) -> str | None:
    """Return the stored answer in the terms of `chosen_word`."""
    return None if trial.said_yes is None else ANSWERS[not trial.said_yes]


YES_NO_TRIALS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=joined_to_photo,
    answered_with="response",
    wanted="response, the place of a button",
    grade=grade_word,
    right_places=lambda trial: (trial.choice_order.index(ANSWERS[not shows_asked(trial)]),),
    stored=stored_word,
    sent=chosen_word,
    places_in_order=lambda _session, trial: tuple(map(ANSWERS.index, trial.choice_order)),
    words_first=order_of,
)
