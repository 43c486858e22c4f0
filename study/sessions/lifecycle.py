"""A session from consent to its completion code, or to its withdrawal."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from study import counterbalancing
from study.models import ExternalIdentity, Participant, Session, StudyVersion
from study.models.people import Mode
from study.plan import PRACTICE_BLOCK, plan_of
from study.platforms.contract import Identity
from study.questions.questionnaire import Questionnaire
from study.sessions.assignment import has_room, least_filled_list
from study.sessions.completion import identity_of, new_completion_code, way_back
from study.sessions.device_rules import answers_given_by, device_problem
from study.sessions.errors import AlreadyTakenPartError, NotFoundError, NotNowError, TookPartInPilotError
from study.sessions.holding import keep_place, locked
from study.sessions.identities import earlier_session, has_withdrawn, kept_out_as, took_part_in_pilot
from study.sessions.returning import end_as_not_returned, go_on, note_first_part, take_part_back
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.wire import Device
from study.sizing import screen_measure
from study.statements.prepared_sql import PreparedQuery, PreparedUpdate

COMPREHENSION_ATTEMPTS = 2
DEVICE_FACTS = (
    *("browser", "os", "input_device", "viewport_w", "viewport_h", "dpr", "refresh_hz"),
    *("clock_grain_ms", "presentation_lag_ms", "onset_known_by"),
    *("forced_colours", "surround"),
)
LOCKED_VERSION = PreparedQuery(
    lambda version: StudyVersion.of_any_stage.select_for_update().defer("config").filter(pk=version), int
)
KEEP_DEVICE = PreparedUpdate(Session, *DEVICE_FACTS, "answers_by")


Status = Session.Status


@dataclass(frozen=True)
class Consent:
    """What a person agreed to, word for word, and in which language."""

    text: str
    language: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@transaction.atomic
def start(
    version: StudyVersion, mode: Mode, consent: Consent, identity: Identity | None, now: datetime
) -> Session:
    """Begin a session for somebody who has consented; before this, nothing about a person is stored.

    Raises
    ------
    StudyFullError, AlreadyTakenPartError, TookPartInPilotError
    """
    LOCKED_VERSION(version.pk)
    if identity and (earlier_session(version, identity) or has_withdrawn(version, identity)):
        raise AlreadyTakenPartError
    if identity and took_part_in_pilot(version.study, identity):
        raise TookPartInPilotError
    assignment = least_filled_list(version, mode, now)
    participant = Participant.objects.create(
        version=version,
        stage=version.stage,
        mode=mode,
        language=consent.language,
        consented_at=now,
        consent_text=consent.text,
        consent_sha256=consent.sha256,
        kept_out_as=kept_out_as(version.study, identity) if identity and version.is_pilot else "",
    )
    if identity:
        ExternalIdentity.objects.create(participant=participant, **asdict(identity))
    plan = plan_of(version)
    categories = [choice.category for choice in plan.choices]
    session = Session.of_any_stage.create(
        participant=participant,
        assignment=assignment,
        started_at=now,
        lease_until=now + timedelta(minutes=plan.design.lease_minutes),
        choice_order=counterbalancing.shuffled(
            categories, counterbalancing.seed_of(participant.public_id, "choices")
        ),
    )
    conduct = conduct_of(plan.design)
    conduct.add_practice(session, plan)
    conduct.add_tests(session, plan, assignment.number)
    note_first_part(session, plan)
    return session


@transaction.atomic
def resume(token: str, now: datetime) -> Session:
    """Renew the lease of somebody who opens their page, or end the session if their place was given away.

    Those who have answered everything may finish all the same. Between two parts the place is kept anyway,
    until it is too late for the next one.
    """
    session = locked(token)
    if not session.is_running():
        return session
    if session.status == Status.BETWEEN:
        if session.has_not_returned(now):
            end_as_not_returned(session)
        return session
    working = session.status != Status.QUESTIONS
    if working and session.lease_has_run_out(now) and not has_room(session, now):
        _screen_out(session, "place_given_away")
        return session
    keep_place(session, now)
    return session


@transaction.atomic
def device_checked(token: str, device: Device) -> Session:
    """Store what the device can do; a device that cannot show the photos ends the session.

    Who has done a part may come back with another device instead.
    """
    session = locked(token)
    if session.status != Status.CONSENTED:
        return session
    for name in DEVICE_FACTS:
        setattr(session, name, getattr(device, name))
    session.answers_by = answers_given_by(device, plan_of(session.participant.version).design)
    KEEP_DEVICE(session)
    reason = device_problem(device, session)
    if reason and session.part > 1:
        take_part_back(session, reason)
    elif reason:
        _screen_out(session, reason)
    return session


def size_is_due(session: Session) -> bool:
    """Return whether the screen is still to be measured, or to be passed over."""
    asks = plan_of(session.participant.version).design.screen_calibration
    return screen_measure.is_due(asks, session.size_known_by)


def distance_is_due(session: Session) -> bool:
    """Return whether the viewing distance is still to be measured, or to be passed over."""
    asks = plan_of(session.participant.version).design.measure_distance
    return screen_measure.distance_is_due(asks, session.screen_mm_per_px, session.distance_known_by)


@transaction.atomic
def instructions_read(token: str, *, understood: bool) -> Session:
    """Move on to practice if the comprehension check was passed; a second failure ends the session.

    In a later part there is no such check: people only read again what they do.
    """
    session = locked(token)
    waits = session.viewport_w is None or size_is_due(session) or distance_is_due(session)
    if session.status != Status.CONSENTED or waits:
        return session
    if session.part > 1:
        go_on(session)
        return session
    session.comprehension_attempts += 1
    if understood:
        practised = session.trials.filter(block_id=PRACTICE_BLOCK).exists()
        session.status = Status.PRACTICE if practised else Status.TRIALS
    session.save(update_fields=["comprehension_attempts", "status"])
    if not understood and session.comprehension_attempts >= COMPREHENSION_ATTEMPTS:
        _screen_out(session, "comprehension")
    return session


def choose_language(token: str, language: str) -> None:
    """Store in which language a person wants the pages of their session.

    Raises
    ------
    NotFoundError
    """
    if not Session.of_any_stage.filter(token=token).update(chosen_language=language):
        raise NotFoundError


@transaction.atomic
def complete(token: str, questionnaire: Questionnaire, now: datetime) -> Session:
    """Complete a session whose answers have all arrived, and give it its completion code.

    Raises
    ------
    NotNowError
        If trials are still open, or the session is not at its questionnaire.
    """
    session = locked(token)
    if session.status == Status.COMPLETED:
        return session
    if session.status != Status.QUESTIONS or session.trials.open().exists():
        raise NotNowError
    session.status = Status.COMPLETED
    session.answers = msgspec.to_builtins(questionnaire)
    session.completed_at = now
    session.completion_code = new_completion_code()
    session.save(update_fields=["status", "answers", "completed_at", "completion_code"])
    return session


@transaction.atomic
def stop(token: str) -> Session:
    """End a running session for somebody who does not go on; what they answered stays."""
    session = locked(token)
    if session.is_running():
        session.status = Status.STOPPED
        session.save(update_fields=["status"])
    return session


@transaction.atomic
def withdraw(token: str, now: datetime, reason: str = "") -> Session:
    """Erase a person's answers and identity; a row without content stays, with the time of withdrawal.

    Their way back is kept where there is one for them: who had finished is still paid. A hash of the
    platform's id stays too, so that nobody takes part twice. Who erases for somebody else gives a reason.
    """
    session = locked(token)
    participant = session.participant
    if participant.withdrawn_at is not None:
        return session
    session.status = Status.WITHDRAWN
    session.return_link = way_back(session).link
    session.trials.all().delete()
    session.parts.update(device={})
    known = ExternalIdentity.objects.filter(participant=participant)
    for identity in map(identity_of, known):
        participant.kept_out_as = kept_out_as(participant.version.study, identity)
    known.delete()
    participant.withdrawn_at = now
    participant.save(update_fields=["withdrawn_at", "kept_out_as"])
    _forget(session, reason)
    return session


def _forget(session: Session, reason: str) -> None:
    """Erase what the session says about the person, but for the completion code: they are still paid."""
    session.status_reason = reason
    session.browser = session.os = session.input_device = session.open_tab = ""
    session.answers_by = ""
    session.viewport_w = session.viewport_h = session.dpr = session.refresh_hz = None
    session.clock_grain_ms, session.onset_known_by, session.forced_colours = None, "", None
    session.presentation_lag_ms, session.surround = None, ""
    session.screen_mm_per_px, session.viewing_distance_cm, session.size_known_by = None, None, ""
    session.distance_known_by, session.distance_spread_cm, session.distance_tries = "", None, 0
    session.answers, session.choice_order = {}, []
    session.save()


def _screen_out(session: Session, reason: str) -> None:
    session.status = Status.SCREENED_OUT
    session.status_reason = reason
    session.save(update_fields=["status", "status_reason"])
