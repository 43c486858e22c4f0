"""Trials that show one photo each, planned once from the session's seed; levels may follow the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from django.db.models import QuerySet

from stats.individual_thresholds.person_posterior import Curves, Posterior
from study import counterbalancing
from study.adaptive.block_levels import draw_levels
from study.choosing.answer_order import changes_between_blocks, orders_of_blocks
from study.models import Session, Stimulus, Trial
from study.plan import PRACTICE_BLOCK, Plan
from study.sessions.errors import BadAnswerError, StimulusChangedError
from study.sessions.tasks.conduct import Conduct
from study.sessions.wire import Answer
from study.statements.prepared_insert import PreparedInsert
from study.version_config import Picture

T = TypeVar("T")
ADD = PreparedInsert(Trial)
Kind = Trial.BlockType
COUNTED = (Trial.ResponseStatus.ANSWERED, Trial.ResponseStatus.TIMEOUT)


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice."""
    ADD(planned_practice(session, plan))


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the photos of the session's list, with catch trials among them."""
    ADD(planned_tests(session, plan, list_number))


def planned_practice(session: Session, plan: Plan) -> list[Trial]:
    """Return one round of practice; a second round replaces the first, as second attempts."""
    wanted, attempt = plan.design.practice_trials, session.practice_round
    pictures = practice_pictures(plan, wanted, attempt)
    seed = counterbalancing.seed_of(session.participant.public_id, f"practice {attempt}")
    check_hashes(pictures)
    return [
        _trial(session, plan, picture, Kind.PRACTICE, index, PRACTICE_BLOCK, session.choice_order, attempt)
        for index, picture in enumerate(counterbalancing.shuffled(pictures, seed), start=1)
    ]


def planned_tests(session: Session, plan: Plan, list_number: int) -> list[Trial]:
    """Return the photos of the session's list in random order, with catch trials among them."""
    name = session.participant.public_id
    tests = counterbalancing.shuffled(
        plan.pictures_of_list(list_number), counterbalancing.seed_of(name, "tests")
    )
    catches = counterbalancing.shuffled(plan.catch, counterbalancing.seed_of(name, "catches"))[
        : plan.catch_count()
    ]
    check_hashes([*tests, *catches])
    sequence = counterbalancing.with_catch_trials(
        [(picture, Kind.TEST) for picture in tests],
        [(picture, Kind.CATCH) for picture in catches],
        counterbalancing.seed_of(name, "mixture"),
    )
    blocks = counterbalancing.block_numbers(len(sequence), plan.block_count())
    orders = orders_by_block(session, plan, session.choice_order)
    return [
        _trial(session, plan, picture, kind, plan.design.practice_trials + place, block, orders[block - 1])
        for place, ((picture, kind), block) in enumerate(zip(sequence, blocks, strict=True), start=1)
    ]


def orders_by_block(session: Session, plan: Plan, order: list[T]) -> list[list[T]]:
    """Return the order of the answers in each block; the first is that of practice."""
    blocks = plan.block_count()
    if not changes_between_blocks(plan.design.answer_order, len(order)):
        return [order] * blocks
    return orders_of_blocks(
        order, blocks, counterbalancing.seed_of(session.participant.public_id, "orders of answers")
    )


def practice_pictures(plan: Plan, wanted: int, attempt: int) -> list[Picture]:
    """Return the pictures of a practice round, which continues cyclically where the last one stopped."""
    first = (attempt - 1) * wanted
    return [plan.practice[(first + step) % len(plan.practice)] for step in range(wanted)]


def _trial(
    session: Session,
    plan: Plan,
    picture: Picture,
    kind: Kind,
    index: int,
    block: int,
    choice_order: list[int],
    attempt: int = 1,
) -> Trial:
    return Trial(
        session=session,
        stimulus_id=picture.stimulus,
        trial_index=index,
        attempt=attempt,
        block_id=block,
        block_type=kind,
        choice_order=choice_order,
        stimulus_ms_planned=plan.design.stimulus_ms,
    )


def check_hashes(pictures: Sequence[Picture]) -> None:
    """Raise unless the stored photos are those that were frozen, on which the attacker is tested too.

    Raises
    ------
    StimulusChangedError
    """
    ids = [picture.stimulus for picture in pictures]
    stored = dict(Stimulus.of_any_kind.filter(pk__in=ids).values_list("pk", "sha256"))
    for picture in pictures:
        if stored.get(picture.stimulus) != picture.sha256:
            raise StimulusChangedError(
                f"Stimulus {picture.stimulus} was changed or deleted after the version was frozen. "
                "Freeze the study again and recruit for the new version."
            )


def choose_levels(session: Session, plan: Plan, due: Sequence[Trial]) -> None:
    """Give the photos that are due the levels at which they tell most of this person.

    Photos that were handed out before, and catch trials, keep theirs.
    """
    tests = [trial for trial in due if trial.block_type == Trial.BlockType.TEST and trial.served_at is None]
    if not tests:
        return
    seed = counterbalancing.seed_of(session.participant.public_id, f"levels from {tests[0].trial_index}")
    posterior, share = posterior_of(session, plan), plan.design.adaptive_even_share
    ids = [trial.stimulus_id for trial in tests if trial.stimulus_id is not None]
    drawn = draw_levels(posterior, len(tests), share, np.random.default_rng(seed))
    pictures = [
        plan.pictures_beside[stimulus][level.place] for stimulus, level in zip(ids, drawn, strict=True)
    ]
    check_hashes(pictures)
    for trial, picture, level in zip(tests, pictures, drawn, strict=True):
        trial.stimulus_id, trial.level_probability = picture.stimulus, level.probability
    Trial.objects.bulk_update(tests, ["stimulus", "level_probability"])


def posterior_of(session: Session, plan: Plan) -> Posterior:
    """Return what a person's answers to test photos say of the level that they need; a timeout is wrong."""
    guessing = 1 / plan.design.asks.answers(len(plan.choices))
    curves = Curves.over(plan.amounts, guessing, plan.design.adaptive_accuracy)
    posterior = Posterior.prior(curves)
    answered = session.trials.filter(block_type=Trial.BlockType.TEST, response_status__in=COUNTED)
    for stimulus, correct in answered.values_list("stimulus_id", "correct"):
        posterior = posterior.after(plan.place_of[stimulus], bool(correct))
    return posterior


def joined_to_photo(trials: QuerySet[Trial]) -> QuerySet[Trial]:
    """Join trials to what their one photo shows."""
    own = (field.name for field in Trial._meta.concrete_fields)
    return trials.select_related("stimulus__item").only(*own, "stimulus__item__category")


def category_of(trial: Trial, answer: Answer) -> int | None:
    """Return the class behind the button that was pressed, if any.

    Raises
    ------
    BadAnswerError
        If there is no such button.
    """
    if answer.response is None:
        return None
    try:
        return int(trial.choice_order[answer.response])
    except IndexError as error:
        raise BadAnswerError("response must be the place of one of the buttons.") from error


def true_category(trial: Trial) -> int | None:
    """Return the class of what a trial of one photo shows."""
    return trial.stimulus.item.category_id if trial.stimulus else None


def grade_class(trial: Trial, answer: Answer) -> None:
    """Write which class was answered, and whether it is that of the photo."""
    trial.response_id, trial.first_key_ms = category_of(trial, answer), answer.first_key_ms
    trial.correct = trial.response_id is not None and trial.response_id == true_category(trial)


SINGLE_PHOTOS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=joined_to_photo,
    answered_with="response",
    wanted="response, the place of a button",
    grade=grade_class,
    right_places=lambda trial: (trial.choice_order.index(true_category(trial)),),
    stored=lambda trial: trial.response_id,
    sent=category_of,
    places_in_order=lambda session, trial: tuple(map(session.choice_order.index, trial.choice_order)),
)
