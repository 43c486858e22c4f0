"""Storage of answers: each once, in order, as sent, with the server's own view of the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from study.design import Design
from study.models import Session, Trial
from study.models.people import Mode
from study.plan import PRACTICE_BLOCK, plan_of
from study.sessions.errors import (
    ChangedAnswerError,
    NotFoundError,
    NotNowError,
    OpenElsewhereError,
    OutOfOrderError,
    UsedAnswerIdError,
)
from study.sessions.holding import keep_place, locked
from study.sessions.progress import advance
from study.sessions.serving import PLAYING
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.every_conduct import CONDUCTS, conduct_of
from study.sessions.tasks.grading import grade, lesson_of, sent_content, stored_content
from study.sessions.wire import Answer, Delivery, Recorded, Timing
from study.statements.prepared_sql import PreparedQuery, PreparedUpdate, PreparedValues

OFFLINE_GRACE = timedelta(minutes=15)  # an honest browser may be offline for so long before it can send
LATE_TOLERANCE_MS = 250.0  # a deadline is met by whole frames, and a busy page is a little behind
TRAVEL_TOLERANCE_MS = 2_000.0  # the message that a trial began may take so much longer than its answer
CLOCK_TOLERANCE_MS = 50.0

Closed = Trial.ResponseStatus


ANSWERING = PreparedQuery(
    lambda token: (
        Session.of_any_stage.select_related("participant__version")
        .select_for_update(of=("self",))
        .filter(token=token)
        .only(
            *("token", "status", "practice_round", "part", "lease_until", "closes_at", "open_tab"),
            *("participant__mode", "participant__version__config_hash"),
            "participant__version__renumbered_by",
        )
    ),
    str,
)
COUNTED = PreparedValues(
    lambda session: (
        Session.of_any_stage.filter(pk=session)
        .annotate(closed=Count("trials", filter=~Q(trials__response_status="")), total=Count("trials"))
        .values_list("closed", "total")
    ),
    int,
)
BEGIN = PreparedUpdate(Trial, "begun_at")
PLANNED = (  # what no answer changes
    *("id", "session", "stimulus", "beside", "stimulus_place", "target", "token", "beside_token"),
    *("trial_index", "attempt", "block_id", "block_type", "level_probability", "choice_order"),
    *("stimulus_ms_planned", "served_at", "begun_at"),
)
CLOSE = PreparedUpdate(
    Trial, *(field.name for field in Trial._meta.concrete_fields if field.name not in PLANNED)
)


def record(token: str, delivery: Delivery, now: datetime) -> Recorded:
    """Store a delivery as a whole, or refuse it as a whole; the same delivery again changes nothing.

    Raises
    ------
    NotFoundError, OutOfOrderError, ChangedAnswerError, UsedAnswerIdError, OpenElsewhereError, NotNowError,
    BadAnswerError
    """
    try:
        return _receipt(*_store(token, delivery, now))
    except IntegrityError as error:
        if Trial.objects.filter(answer_uuid__in=[answer.uuid for answer in delivery.answers]).exists():
            raise UsedAnswerIdError from error
        raise


@transaction.atomic
def _store(token: str, delivery: Delivery, now: datetime) -> tuple[Session, list[Trial]]:
    """Store what is new, with the session locked; return the session and the delivery's trials."""
    session = _answering(token)
    due = _due(session, len(delivery.answers) + 1)
    trials = _named_trials(session, delivery, due)
    conduct = conduct_of(plan_of(session.participant.version).design)
    fresh = [answer for answer in delivery.answers if not _is_stored(trials[answer.trial], answer, conduct)]
    if fresh or delivery.begun:
        _may_answer(session, str(delivery.tab))
    for answer in fresh:
        _check_turn(trials[answer.trial], due)
        due.pop(0)
        _close(session, trials[answer.trial], answer, now)
    _mark_begun(due, delivery.begun, now - timedelta(milliseconds=delivery.begun_age_ms))
    if fresh:
        session = _continue(session, due, now)
    return session, [trials[answer.trial] for answer in delivery.answers]


def _answering(token: str) -> Session:
    """Return a session, locked, with what an answer needs of it."""
    session = ANSWERING.first(token)
    if session is None:
        raise NotFoundError
    return session


@lru_cache(maxsize=32)
def _first_open(task: str, most: int) -> PreparedQuery[Trial]:
    conduct = CONDUCTS[task]
    return PreparedQuery(
        lambda session: conduct.with_truth(Trial.objects.filter(session=session).open())[:most], int
    )


def _due(session: Session, most: int) -> list[Trial]:
    """Return the first open trials of a session, with what their photos show."""
    trials = _first_open(plan_of(session.participant.version).design.task, most)(session.pk)
    for trial in trials:
        trial.session = session
    return trials


def _named_trials(session: Session, delivery: Delivery, due: list[Trial]) -> dict[str, Trial]:
    """Return the delivery's trials by token; a trial of another session counts as not existing."""
    wanted = {answer.trial for answer in delivery.answers}
    trials = {trial.token: trial for trial in due if trial.token in wanted}
    if wanted - trials.keys():  # sent before, out of order, or not theirs
        conduct = conduct_of(plan_of(session.participant.version).design)
        others = conduct.with_truth(session.trials.filter(token__in=wanted - trials.keys()))
        trials |= {trial.token: trial for trial in others}
    if wanted - trials.keys():
        raise NotFoundError
    return trials


def _is_stored(trial: Trial, answer: Answer, conduct: Conduct) -> bool:
    """Return whether this very answer is stored; reports of the same interruption are the same answer."""
    if trial.response_status == answer.status == Closed.ABORTED:
        return True
    same = stored_content(trial, conduct) == sent_content(trial, answer, conduct)
    return trial.answer_uuid == answer.uuid and same


def _check_turn(trial: Trial, due: list[Trial]) -> None:
    """Refuse an answer to any other trial than the one whose turn it is."""
    if trial.response_status != Closed.OPEN:
        raise ChangedAnswerError
    if not due or due[0] != trial or trial.served_at is None:
        raise OutOfOrderError


def _may_answer(session: Session, tab: str) -> None:
    if session.status not in PLAYING:
        raise NotNowError
    if session.open_tab != tab:
        raise OpenElsewhereError


def _close(session: Session, trial: Trial, answer: Answer, now: datetime) -> None:
    """Store an answer as it was sent; what looks late or forged is stored as such."""
    design = plan_of(session.participant.version).design
    grade(trial, answer, conduct_of(design))
    trial.rt_ms, trial.confidence, trial.answer_uuid = answer.rt_ms, answer.confidence, answer.uuid
    trial.response_input = answer.response_input
    trial.received_at = now
    trial.late = _is_late(session, trial, design, now)
    trial.suspect = "" if session.mode == Mode.SIMULATED else suspicion(trial, now)
    for name in Timing.__struct_fields__:
        setattr(trial, name, getattr(answer, name))
    CLOSE(trial)


def _is_late(session: Session, trial: Trial, design: Design, now: datetime) -> bool:
    """Return whether an answer took longer than the deadline, by its own time or by the server's clock."""
    if trial.rt_ms is not None and trial.rt_ms > design.deadline_ms + LATE_TOLERANCE_MS:
        return True
    if trial.begun_at is not None:
        allowed = timedelta(milliseconds=design.fixation_ms + design.deadline_ms) + OFFLINE_GRACE
        return now - trial.begun_at > allowed
    return session.lease_has_run_out(now)


def suspicion(trial: Trial, now: datetime) -> str:
    """Return why a response time cannot be true, or an empty text.

    It cannot be longer than the browser has had the trial.
    """
    if trial.rt_ms is None or trial.served_at is None:
        return ""
    if trial.rt_ms > _elapsed_ms(trial.served_at, now) + CLOCK_TOLERANCE_MS:
        return "rt_above_elapsed"
    if trial.begun_at and trial.rt_ms > _elapsed_ms(trial.begun_at, now) + TRAVEL_TOLERANCE_MS:
        return "rt_above_elapsed"
    return ""


def _elapsed_ms(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds() * 1000.0


def _mark_begun(due: list[Trial], token: str | None, at: datetime) -> None:
    """Note that the next trial has begun, so that it is known as interrupted should the page vanish.

    The page says how long ago that was, since its message may come late; never before the photo was served.
    """
    trial = due[0] if due else None
    if trial and trial.token == token and trial.served_at and trial.begun_at is None:
        trial.begun_at = max(at, trial.served_at)
        BEGIN(trial)


def _continue(session: Session, due: list[Trial], now: datetime) -> Session:
    """Renew the lease, and move to the next step where a step's last trial is closed; `due` comes next."""
    keep_place(session, now)
    if due and not _begins_a_step(session, due[0]):
        return session
    whole = locked(session.token)
    advance(whole, now)
    return whole


def _begins_a_step(session: Session, trial: Trial) -> bool:
    """Return whether a trial comes after practice, or after the part that is under way."""
    if session.status == Session.Status.PRACTICE and trial.block_id != PRACTICE_BLOCK:
        return True
    return plan_of(session.participant.version).part_of(trial.block_id, trial.attempt) > session.part


def _receipt(session: Session, trials: list[Trial]) -> Recorded:
    design = plan_of(session.participant.version).design
    ((closed, total),) = COUNTED(session.pk)
    return Recorded(
        rows=tuple(trial.trial_index for trial in trials),
        closed=closed,
        total=total,
        status=session.status,
        feedback={
            trial.token: lesson_of(trial, design)
            for trial in trials
            if trial.block_type == Trial.BlockType.PRACTICE
        },
    )
