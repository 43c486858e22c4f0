"""The block of trials that is due, and its photos, for the one tab that may answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Aggregate, Count, Max, Q, QuerySet
from django.utils.translation import get_language

from study.languages.offered import spoken
from study.models import Session, Stimulus, StudyVersion, Tile, Trial
from study.models.answers import TrialQuerySet
from study.plan import PRACTICE_BLOCK, Plan, plan_of
from study.sessions.errors import NotFoundError
from study.sessions.holding import locked, renew_lease
from study.sessions.progress import advance
from study.sessions.screen_size import extent_of
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.tasks.trials import choose_levels
from study.sessions.wire import AnswerName, Block, Served
from study.statements.prepared_sql import PreparedQuery

PLAYING = (Session.Status.PRACTICE, Session.Status.TRIALS)


@transaction.atomic
def claim(token: str, tab: str, now: datetime) -> Session:
    """Let this tab answer, and no other from now on."""
    session = locked(token)
    session.open_tab = tab
    renew_lease(session, now)
    session.save(update_fields=["open_tab", "lease_until"])
    return session


@transaction.atomic
def open_block(token: str, tab: str, now: datetime) -> Block:
    """Return the block that is due to this tab, which alone may answer from now on.

    A trial that an earlier page had begun was interrupted: it is closed as such and never shown again.
    """
    session = claim(token, tab, now)
    if session.status not in PLAYING:
        return _nothing_left(session)
    _close_interrupted(session, now)
    advance(session, now)
    due = session.trials.open().first()
    if session.status not in PLAYING or due is None:
        return _nothing_left(session)
    return _hand_out(session, due, now)


def _hand_out(session: Session, due: Trial, now: datetime) -> Block:
    block = session.trials.filter(block_id=due.block_id, attempt=due.attempt)
    part = _part_due(session, block)
    part.filter(served_at=None).update(served_at=now)
    due_now = part.open().select_related("target", "stimulus__item").prefetch_related("tiles")
    plan = plan_of(session.participant.version)
    counts = session.trials.aggregate(**_counts(due, plan))
    return Block(
        practice=due.block_id == PRACTICE_BLOCK,
        number=due.block_id,
        blocks=counts["blocks"],
        first=due.trial_index,
        closed=counts["closed"],
        total=counts["total"],
        trials=tuple(_served(trial, plan) for trial in due_now),
        order=conduct_of(plan.design).places_in_order(session, due),
        pause=part is block or not counts["closed_of_block"],
        photo_bytes=plan.photo_bytes,
    )


def _counts(due: Trial, plan: Plan) -> dict[str, Aggregate]:
    """Return what is counted of a session's trials: those of the same step as the one that is due."""
    step = _step_of(due, plan)
    closed, of_block = ~Q(response_status=""), Q(block_id=due.block_id, attempt=due.attempt)
    return {
        "blocks": Max("block_id"),
        "total": Count("pk", filter=step),
        "closed": Count("pk", filter=step & closed),
        "closed_of_block": Count("pk", filter=of_block & closed),
    }


def _step_of(due: Trial, plan: Plan) -> Q:
    """Return what picks a round of practice, or all trials of a part that count."""
    of_practice = Q(block_type=Trial.BlockType.PRACTICE)
    if due.block_id == PRACTICE_BLOCK:
        return of_practice & Q(attempt=due.attempt)
    blocks = plan.blocks_of_parts[plan.part_of(due.block_id, due.attempt) - 1]
    return ~of_practice & Q(block_id__in=blocks)


def _part_due(session: Session, block: TrialQuerySet) -> TrialQuerySet:
    """Return the trials to hand out: a whole block, or the next step of one whose levels are adaptive."""
    plan = plan_of(session.participant.version)
    if not plan.design.is_adaptive or block.filter(block_id=PRACTICE_BLOCK).exists():
        return block
    step = list(block.open()[: plan.design.adaptive_step])
    choose_levels(session, plan, step)
    return block.filter(pk__in=[trial.pk for trial in step])


def _served(trial: Trial, plan: Plan) -> Served:
    target = answer_names(trial.session)[trial.target.pk] if trial.target else None
    tiles = tuple(tile.token for tile in trial.tiles.all())
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
    total = session.trials.count()
    return Block(practice=False, number=0, blocks=0, first=0, closed=total, total=total, trials=())


def _close_interrupted(session: Session, now: datetime) -> None:
    session.trials.open().exclude(begun_at=None).update(
        response_status=Trial.ResponseStatus.ABORTED, status_reason="interrupted", received_at=now
    )


def photos_of(token: str, photos: Sequence[str]) -> tuple[list[Stimulus], int]:
    """Return the stimuli behind tokens, and the size in bytes to pad each of their files to.

    A token is that of a trial, of the second of its two photos, or of a tile.

    Raises
    ------
    NotFoundError
        If one is of another session, of a later block or of a closed trial, or the session has ended.
    """
    showing = Trial.objects.filter(
        session__token=token, session__status__in=PLAYING, served_at__isnull=False, response_status=""
    )
    tiles = Tile.objects.filter(token__in=photos, trial__in=showing).select_related("stimulus")
    stimuli = _of_trials(showing, photos) or {tile.token: tile.stimulus for tile in tiles}
    if not stimuli.keys() >= set(photos):
        raise NotFoundError
    return [stimuli[photo] for photo in photos], plan_of(VERSIONS(token)[0]).photo_bytes


def _of_trials(showing: QuerySet[Trial], photos: Sequence[str]) -> dict[str, Stimulus]:
    columns = ("token", "beside_token", "stimulus_place", "stimulus__image", "beside__image")
    trials = showing.filter(stimulus__isnull=False).select_related("stimulus", "beside").only(*columns)
    asked = trials.filter(Q(token__in=photos) | Q(beside_token__in=photos))
    return dict(pair for trial in asked for pair in zip(trial.photo_tokens, trial.photos, strict=True))


VERSIONS = PreparedQuery(
    lambda token: StudyVersion.of_any_stage.filter(participants__session__token=token).only(
        "config_hash", "renumbered_by"
    ),
    str,
)
