"""Trials of two photos: planned once from the session's seed, a pair at one level for each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from django.db.models import QuerySet

from study import counterbalancing, photo_pairs
from study.models import Session, Stimulus, Trial
from study.photo_pairs import Pair
from study.plan import PRACTICE_BLOCK, Plan
from study.sessions.tasks.trials import Kind, check_hashes
from study.tokens import new_token
from study.version_config import Picture

Shown = dict[int, Stimulus]  # by row


def planned_practice(session: Session, plan: Plan) -> tuple[list[Trial], Shown]:
    """Return one round of practice, with what its photos show; a second round takes other photos first."""
    wanted, attempt = plan.design.practice_trials, session.practice_round
    start = 2 * wanted * (attempt - 1) % max(1, len(plan.practice))
    pool = [*plan.practice[start:], *plan.practice[:start]]
    pairs = _pairs_of_pool(plan, pool, wanted)
    seed = counterbalancing.seed_of(session.participant.public_id, f"practice {attempt}")
    trials = [
        _trial(session, plan, pair, Kind.PRACTICE, index, PRACTICE_BLOCK, attempt)
        for index, pair in enumerate(counterbalancing.shuffled(pairs, seed), start=1)
    ]
    return trials, shown_by(_pictures(pairs))


def planned_tests(session: Session, plan: Plan, list_number: int) -> tuple[list[Trial], Shown]:
    """Return the pairs of the session's list in random order, with catch trials; and what they show."""
    name = session.participant.public_id
    tests = counterbalancing.shuffled(
        plan.pairs_of_list(list_number), counterbalancing.seed_of(name, "tests")
    )
    pool = counterbalancing.shuffled(plan.catch, counterbalancing.seed_of(name, "catches"))
    catches = _pairs_of_pool(plan, pool, plan.catch_count())
    sequence = counterbalancing.with_catch_trials(
        [(pair, Kind.TEST) for pair in tests],
        [(pair, Kind.CATCH) for pair in catches],
        counterbalancing.seed_of(name, "mixture"),
    )
    blocks = counterbalancing.block_numbers(len(sequence), plan.block_count())
    first = plan.design.practice_trials + 1
    trials = [
        _trial(session, plan, pair, kind, index, block)
        for index, ((pair, kind), block) in enumerate(zip(sequence, blocks, strict=True), first)
    ]
    return trials, shown_by(_pictures([*tests, *catches]))


def _pairs_of_pool(plan: Plan, pool: Sequence[Picture], wanted: int) -> list[Pair[Picture]]:
    category_of = {pk: each.item.category_id for pk, each in shown_by(pool).items()}
    classes = [
        [picture for picture in pool if category_of[picture.stimulus] == choice.category]
        for choice in plan.choices
    ]
    return photo_pairs.some_pairs(plan.design.task, classes, wanted)


def _pictures(pairs: Sequence[Pair[Picture]]) -> list[Picture]:
    pictures = [picture for pair in pairs for picture in pair]
    check_hashes(pictures)
    return pictures


def shown_by(pictures: Sequence[Picture]) -> Shown:
    """Return what pictures show, with photo and level."""
    rows = Stimulus.of_any_kind.filter(pk__in=[picture.stimulus for picture in pictures])
    joined = rows.select_related("item", "level").defer("item__landmarks")
    return {stimulus.pk: stimulus for stimulus in joined}


def _trial(
    session: Session, plan: Plan, pair: Pair[Picture], kind: Kind, index: int, block: int, attempt: int = 1
) -> Trial:
    first, second = pair
    return Trial(
        session=session,
        stimulus_id=first.stimulus,
        beside_id=second.stimulus,
        beside_token=new_token(),
        trial_index=index,
        attempt=attempt,
        block_id=block,
        block_type=kind,
        stimulus_ms_planned=plan.design.stimulus_ms,
    )


def joined_to_both(trials: QuerySet[Trial]) -> QuerySet[Trial]:
    """Join trials to what their two photos show, so that grading asks the database nothing more."""
    own = (field.name for field in Trial._meta.concrete_fields)
    joined = trials.select_related("stimulus__item", "beside__item")
    return joined.only(*own, "stimulus__item__category", "beside__item__category")


def half_of(
    session: Session, trials: Sequence[Trial], kind_of: Callable[[Trial], Hashable], purpose: str
) -> set[int]:
    """Return the places of one half of the trials of each kind, give or take one, and of all of them.

    Parameters
    ----------
    session
        Whose trials.
    trials
        In their order.
    kind_of
        Within which halves are taken; kinds are taken in their order, so that what comes first in them is
        halved as well.
    purpose
        Of the seed.
    """
    strata: dict[Hashable, list[int]] = defaultdict(list)
    for place, trial in enumerate(trials):
        strata[kind_of(trial)].append(place)
    seed = counterbalancing.seed_of(session.participant.public_id, purpose)
    return counterbalancing.halves([strata[kind] for kind in sorted(strata)], seed)  # type: ignore[type-var]
