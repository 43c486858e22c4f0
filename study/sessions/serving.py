"""The block of trials that is due, and its photos, for the one tab that may answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language

from study.models import Session, Stimulus, Tile, Trial
from study.plan import plan_of
from study.sessions.errors import NotFoundError
from study.sessions.lifecycle import locked, renew_lease
from study.sessions.progress import advance
from study.sessions.trials import PRACTICE_BLOCK
from study.sessions.wire import AnswerName, Block, Served

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
    advance(session)
    due = session.trials.open().first()
    if session.status not in PLAYING or due is None:
        return _nothing_left(session)
    return _hand_out(session, due, now)


def _hand_out(session: Session, due: Trial, now: datetime) -> Block:
    part = session.trials.filter(block_id=due.block_id, attempt=due.attempt)
    part.filter(served_at=None).update(served_at=now)
    due_now = part.open().select_related("target", "session__participant__version").prefetch_related("tiles")
    everything = session.trials.filter(block_type=Trial.BlockType.PRACTICE, attempt=due.attempt)
    if due.block_id != PRACTICE_BLOCK:
        everything = session.trials.exclude(block_type=Trial.BlockType.PRACTICE)
    return Block(
        practice=due.block_id == PRACTICE_BLOCK,
        number=due.block_id,
        blocks=session.trials.latest("block_id").block_id,
        first=due.trial_index,
        closed=everything.answered().count(),
        total=everything.count(),
        trials=tuple(_served(trial) for trial in due_now),
        order=tuple(session.choice_order.index(category) for category in due.choice_order),
    )


def _served(trial: Trial) -> Served:
    if trial.target is None:
        return Served(trial.token, (trial.token,))
    tiles = tuple(tile.token for tile in trial.tiles.all())
    return Served(trial.token, tiles, answer_names(trial.session)[trial.target.pk])


def answer_names(session: Session) -> dict[int, AnswerName]:
    """Return what each class is called on this person's screen, by its row."""
    labels = {
        choice.category: choice.label(get_language() or session.participant.language)
        for choice in plan_of(session.participant.version).choices
    }
    return {category: AnswerName(label.text, label.language) for category, label in labels.items()}


def _nothing_left(session: Session) -> Block:
    total = session.trials.count()
    return Block(practice=False, number=0, blocks=0, first=0, closed=total, total=total, trials=())


def _close_interrupted(session: Session, now: datetime) -> None:
    session.trials.open().exclude(begun_at=None).update(
        response_status=Trial.ResponseStatus.ABORTED, status_reason="interrupted", received_at=now
    )


def photo_of(token: str, photo: str) -> tuple[Stimulus, int]:
    """Return the stimulus behind the token of a trial or tile, and the size in bytes to pad its file to.

    Raises
    ------
    NotFoundError
        If the photo is of another session, of a later block or of a closed trial, or the session has ended.
    """
    shown = _showing(token)
    trial = shown.filter(token=photo).first()
    if trial is not None and trial.stimulus is not None:
        return trial.stimulus, plan_of(trial.session.participant.version).photo_bytes
    tile = Tile.objects.select_related("stimulus").filter(token=photo, trial__in=shown).first()
    if tile is None:
        raise NotFoundError
    return tile.stimulus, plan_of(tile.trial.session.participant.version).photo_bytes


def _showing(token: str) -> QuerySet[Trial]:
    """Return the open trials of the block that was handed to a session."""
    return (
        Trial.objects.select_related("stimulus", "session__participant__version")
        .only("stimulus__image", "session__participant__version__config_hash")
        .filter(session__token=token, served_at__isnull=False, response_status="")
        .filter(session__status__in=PLAYING)
    )
