"""The block of trials that is due, for the one tab that may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from study.languages.offered import spoken
from study.models import Session, Trial
from study.plan import PRACTICE_BLOCK, Plan, plan_of
from study.sessions.holding import locked, renew_lease
from study.sessions.progress import advance
from study.sessions.screen_size import extent_of
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.tasks.trials import choose_levels
from study.sessions.wire import AnswerName, Block, Served
from study.statements.prepared_sql import PreparedQuery, PreparedUpdate, PreparedValues

PLAYING = (Session.Status.PRACTICE, Session.Status.TRIALS)
WHAT_IS_SERVED = (
    *("session", "token", "beside_token", "target", "trial_index", "block_type", "served_at"),
    *("stimulus__window_width", "stimulus__window_height", "stimulus__item__width", "stimulus__item__height"),
)

HOLD = PreparedUpdate(Session, "open_tab", "lease_until")
FIRST_OPEN = PreparedQuery(lambda session: Trial.objects.filter(session=session).open()[:1], int)
INTERRUPTED = PreparedValues(
    lambda session: (
        Trial.objects.filter(session=session).open().exclude(begun_at=None).order_by().values_list("pk")
    ),
    int,
)
OPEN_IN_BLOCK = PreparedQuery(
    lambda session, block, attempt: (
        Trial.objects.filter(session=session, block_id=block, attempt=attempt)
        .open()
        .select_related("stimulus__item")
        .only(*WHAT_IS_SERVED)
    ),
    *(int, int, int),
)
SERVE = PreparedUpdate(Trial, "served_at")
POSITIONS = PreparedValues(
    lambda session: (
        Trial.objects.filter(session=session)
        .order_by()
        .values_list("block_id", "attempt", "block_type", "response_status")
    ),
    int,
)


class Position(NamedTuple):
    """Where a trial stands in its session, and how it was closed; empty while it is open."""

    block: int
    attempt: int
    kind: str
    status: str


@dataclass(frozen=True)
class Standing:
    """How far a session is: of the step that is due, and whether its block has begun."""

    blocks: int
    total: int
    closed: int
    block_has_begun: bool


@transaction.atomic
def claim(token: str, tab: str, now: datetime) -> Session:
    """Let this tab answer, and no other from now on."""
    return _hold(token, tab, now)


def _hold(token: str, tab: str, now: datetime) -> Session:
    session = locked(token)
    session.open_tab = tab
    renew_lease(session, now)
    HOLD(session)
    return session


@transaction.atomic
def open_block(token: str, tab: str, now: datetime) -> Block:
    """Return the block that is due to this tab, which alone may answer from now on.

    A trial that an earlier page had begun was interrupted: it is closed as such and never shown again.
    """
    session = _hold(token, tab, now)
    if session.status not in PLAYING:
        return _nothing_left(session)
    _close_interrupted(session, now)
    advance(session, now)
    due = FIRST_OPEN.first(session.pk)
    if session.status not in PLAYING or due is None:
        return _nothing_left(session)
    return _hand_out(session, due, now)


def _hand_out(session: Session, due: Trial, now: datetime) -> Block:
    plan = plan_of(session.participant.version)
    trials = _trials_due(session, due, plan)
    if plan.design.is_grid:
        prefetch_related_objects(trials, "tiles")
    _serve(trials, now)
    standing = _standing(session, due, plan)
    return Block(
        practice=due.block_id == PRACTICE_BLOCK,
        number=due.block_id,
        blocks=standing.blocks,
        first=due.trial_index,
        closed=standing.closed,
        total=standing.total,
        trials=tuple(_served(session, trial, plan) for trial in trials),
        order=conduct_of(plan.design).places_in_order(session, due),
        pause=not _comes_in_steps(due, plan) or not standing.block_has_begun,
        photo_bytes=plan.photo_bytes,
    )


def _serve(trials: Sequence[Trial], now: datetime) -> None:
    """Note when trials were first given out."""
    new = [trial for trial in trials if trial.served_at is None]
    for trial in new:
        trial.served_at = now
    SERVE.all_alike(new)


def _standing(session: Session, due: Trial, plan: Plan) -> Standing:
    """Return how far a session is in the step that is due: a round of practice, or a part that counts."""
    positions = [Position(*row) for row in POSITIONS(session.pk)]
    step = [position for position in positions if _is_in_step(position, due, plan)]
    of_block = [each for each in positions if (each.block, each.attempt) == (due.block_id, due.attempt)]
    return Standing(
        blocks=max(position.block for position in positions),
        total=len(step),
        closed=sum(bool(position.status) for position in step),
        block_has_begun=any(position.status for position in of_block),
    )


def _is_in_step(position: Position, due: Trial, plan: Plan) -> bool:
    is_practice = position.kind == Trial.BlockType.PRACTICE
    if due.block_id == PRACTICE_BLOCK:
        return is_practice and position.attempt == due.attempt
    blocks = plan.blocks_of_parts[plan.part_of(due.block_id, due.attempt) - 1]
    return not is_practice and position.block in blocks


def _comes_in_steps(due: Trial, plan: Plan) -> bool:
    """Return whether levels follow the answers, so that a block is handed out step by step."""
    return plan.design.is_adaptive and due.block_id != PRACTICE_BLOCK


def _trials_due(session: Session, due: Trial, plan: Plan) -> list[Trial]:
    """Return the trials to hand out: a whole block, or the next step of one whose levels are adaptive."""
    of_block = session.pk, due.block_id, due.attempt
    trials = OPEN_IN_BLOCK(*of_block)
    if not _comes_in_steps(due, plan):
        return trials
    choose_levels(session, plan, trials[: plan.design.adaptive_step])
    return OPEN_IN_BLOCK(*of_block)[: plan.design.adaptive_step]  # with the photos that were just chosen


def _served(session: Session, trial: Trial, plan: Plan) -> Served:
    target = answer_names(session)[trial.target_id] if trial.target_id else None
    tiles = tuple(tile.token for tile in trial.tiles.all()) if plan.design.is_grid else ()
    extent = extent_of(trial.stimulus, plan) if trial.stimulus else None
    return Served(trial.token, tiles or trial.photo_tokens, target, extent)


def answer_names(session: Session) -> dict[int, AnswerName]:
    """Return what each class is called on this person's screen, by its row."""
    plan = plan_of(session.participant.version)
    wanted = session.chosen_language or get_language() or session.participant.language
    language = spoken(wanted, plan.design.languages, plan.design.own_language)
    labels = {choice.category: choice.label(language) for choice in plan.choices}
    return {category: AnswerName(label.text, label.language) for category, label in labels.items()}


def _nothing_left(session: Session) -> Block:
    total = len(POSITIONS(session.pk))
    return Block(practice=False, number=0, blocks=0, first=0, closed=total, total=total, trials=())


def _close_interrupted(session: Session, now: datetime) -> None:
    if INTERRUPTED(session.pk):
        session.trials.open().exclude(begun_at=None).update(
            response_status=Trial.ResponseStatus.ABORTED, status_reason="interrupted", received_at=now
        )
