"""The sittings of a version: each person's session, where it ended, and which frozen rule leaves them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db.models import QuerySet

from pipeline.exports.typed_answers import TypedAnswers
from study.design import Design
from study.exclusions import exclusions_of
from study.models import Participant, Session, SessionPart, StudyVersion, Trial
from study.plan import Plan

DATA_PROTECTION = "data_protection"  # why a researcher erased somebody: the reason that stays


class End(StrEnum):
    """How a sitting ended, or that it has not."""

    COMPLETE = "complete"
    IN_PROGRESS = "in progress"
    BETWEEN = "between parts"
    NOT_RETURNED = "did not come back"
    ABANDONED = "abandoned"
    SCREENED_OUT = "screened out"
    STOPPED = "stopped early"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted for data protection"


class Answer(NamedTuple):
    """What is read of a trial; it has what the rules of exclusion ask for."""

    session: int
    trial_index: int
    attempt: int
    block_id: int
    block_type: str
    stimulus: int | None
    response_status: str
    status_reason: str
    correct: bool | None
    rt_ms: float | None
    tile_accuracy: float | None
    late: bool
    suspect: str
    focus_lost: bool
    stimulus_ms_planned: float | None
    stimulus_ms_achieved: float | None
    frame_ms: float | None
    dropped_frames: int | None
    begun_at: datetime | None
    received_at: datetime | None

    @property
    def is_closed(self) -> bool:
        return self.response_status != ""


COLUMNS = (
    "session_id",
    "trial_index",
    "attempt",
    "block_id",
    "block_type",
    "stimulus_id",
    *Answer._fields[6:],
)
OF_A_PERSON = ("participant__consent_text", "participant__consent_sha256", "choice_order", "return_link")


OF_SEVERAL_DAYS = (End.BETWEEN, End.NOT_RETURNED)


def ends_of(design: Design) -> list[End]:
    """Return the ways in which a sitting of this design can stand, in their order."""
    return [end for end in End if design.is_on_several_days or end not in OF_SEVERAL_DAYS]


@dataclass(frozen=True)
class Sitting:
    """One person's way through a version.

    Attributes
    ----------
    where : at which step it was left, or why it was ended; empty for who finished
    excluded : why this person does not count, empty for who does; of finished sittings only
    answers : all trials that were planned, in their order
    parts : those that were begun, of a sitting on several days; none where it is all in one go
    """

    session: Session
    end: End
    where: str
    excluded: str
    answers: list[Answer] = field(default_factory=list, repr=False)
    parts: list[SessionPart] = field(default_factory=list, repr=False)

    @property
    def participant(self) -> Participant:
        return self.session.participant

    @property
    def counts(self) -> bool:
        """Whether the analysis counts this person."""
        return self.end == End.COMPLETE and not self.excluded

    @property
    def minutes(self) -> float | None:
        """How long it took, for who finished; the days between parts do not count."""
        return minutes_of(self.session, self.parts)

    @property
    def parts_done(self) -> int:
        """How many parts are done, of several."""
        return sum(part.ended_at is not None for part in self.parts)


def minutes_of(session: Session, parts: Sequence[SessionPart]) -> float | None:
    """Return how long somebody worked who finished; the last part ends with the questionnaire."""
    done = session.completed_at
    if done is None:
        return None
    began = parts[-1].began_at if parts else session.started_at
    return sum(part.minutes or 0.0 for part in parts[:-1]) + (done - began).total_seconds() / 60


def by_part(answers: Iterable[Answer], plan: Plan) -> dict[int, list[Answer]]:
    """Return the trials of each part, in their order; in one go there is one part."""
    parts: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        parts[plan.part_of(answer.block_id, answer.attempt)].append(answer)
    return parts


def block_name(block: int, part: int = 1) -> str:
    """Return what a block is called; practice is the first, and in later parts it comes again."""
    if block:
        return f"block {block}"
    return "practice" if part == 1 else f"practice in part {part}"


def sittings_of(version: StudyVersion, mode: str, now: datetime) -> list[Sitting]:
    """Return every sitting of a version in a mode, by arrival; two queries, three where people type."""
    people = Session.objects.filter(participant__version=version, participant__mode=mode)
    return _read(people.order_by("started_at", "pk"), version, now)


def sitting_of(participant: Participant, now: datetime) -> Sitting | None:
    """Return the sitting of one person; None for who never began."""
    own = Session.of_any_stage.filter(participant=participant)
    return next(iter(_read(own, participant.version, now)), None)


def _read(sessions: QuerySet[Session], version: StudyVersion, now: datetime) -> list[Sitting]:
    answers: dict[int, list[Answer]] = defaultdict(list)
    rows = Trial.objects.filter(session__in=sessions).order_by("session_id", "trial_index", "attempt")
    typed = TypedAnswers(version).right_by_trial(sessions)
    for row in map(Answer._make, rows.values_list(*COLUMNS).iterator(5000)):
        right = typed.get((row.session, row.trial_index, row.attempt), row.correct)
        answers[row.session].append(row._replace(correct=right) if typed else row)
    design = version.design
    people = sessions.select_related("participant").defer(*OF_A_PERSON)
    if design.is_on_several_days:
        people = people.prefetch_related("parts")
    return [_sitting(session, answers[session.pk], design, now) for session in people]


def _sitting(session: Session, answers: list[Answer], design: Design, now: datetime) -> Sitting:
    end = _end(session, now)
    excluded = ""
    if end == End.COMPLETE:
        closed = [answer for answer in answers if answer.is_closed]
        excluded = exclusions_of(session, closed, design, session.participant.ruling).participant
    parts = list(session.parts.all()) if design.is_on_several_days else []
    return Sitting(session, end, _where(session, answers, end), excluded, answers, parts)


def _end(session: Session, now: datetime) -> End:
    if session.has_not_returned(now):
        return End.NOT_RETURNED
    if session.status == Session.Status.BETWEEN:
        return End.BETWEEN
    if session.is_running():
        return End.ABANDONED if session.lease_has_run_out(now) else End.IN_PROGRESS
    if session.status == Session.Status.WITHDRAWN:
        return End.DELETED if session.status_reason == DATA_PROTECTION else End.WITHDRAWN
    return {
        Session.Status.COMPLETED: End.COMPLETE,
        Session.Status.SCREENED_OUT: End.SCREENED_OUT,
        Session.Status.STOPPED: End.STOPPED,
    }[Session.Status(session.status)]


def _where(session: Session, answers: Iterable[Answer], end: End) -> str:
    """Return at which step somebody is or was, or why they were screened out."""
    if end == End.SCREENED_OUT:
        return session.status_reason
    if end in (End.COMPLETE, End.WITHDRAWN, End.DELETED):
        return ""
    if end in OF_SEVERAL_DAYS:
        return f"part {session.part + 1}"
    within = f"part {session.part}, " if session.part > 1 else ""
    return within + _step(session, answers)


def _step(session: Session, answers: Iterable[Answer]) -> str:
    """Return the step that is due."""
    if session.status == Session.Status.CONSENTED:
        return "instructions" if session.viewport_w else "device check"
    if session.status == Session.Status.PRACTICE:
        return "practice"
    if session.status == Session.Status.QUESTIONS:
        return "questionnaire"
    waiting = next((answer.block_id for answer in answers if not answer.is_closed), None)
    return "questionnaire" if waiting is None else block_name(waiting)
