"""Trials that show one photo each, planned once from the session's seed."""

from __future__ import annotations

from collections.abc import Sequence

from study import counterbalancing
from study.choosing.answer_order import changes_between_blocks, orders_of_blocks
from study.models import Session, Stimulus, Trial
from study.plan import Plan
from study.sessions.errors import StimulusChangedError
from study.version_config import Picture

PRACTICE_BLOCK = 0
Kind = Trial.BlockType


def add_practice(session: Session, plan: Plan) -> None:
    """Add one round of practice; a second round replaces the first, as second attempts."""
    wanted, attempt = plan.design.practice_trials, session.practice_round
    pictures = practice_pictures(plan, wanted, attempt)
    seed = counterbalancing.seed_of(session.participant.public_id, f"practice {attempt}")
    check_hashes(pictures)
    Trial.objects.bulk_create(
        _trial(session, plan, picture, Kind.PRACTICE, index, PRACTICE_BLOCK, session.choice_order, attempt)
        for index, picture in enumerate(counterbalancing.shuffled(pictures, seed), start=1)
    )


def add_tests(session: Session, plan: Plan, list_number: int) -> None:
    """Add the photos of the session's list in random order, with catch trials among them."""
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
    orders = _orders(session, plan)
    Trial.objects.bulk_create(
        _trial(session, plan, picture, kind, plan.design.practice_trials + place, block, orders[block - 1])
        for place, ((picture, kind), block) in enumerate(zip(sequence, blocks, strict=True), start=1)
    )


def _orders(session: Session, plan: Plan) -> list[list[int]]:
    """Return the order of the answers in each block; the first is that of practice."""
    order, blocks = session.choice_order, plan.block_count()
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
