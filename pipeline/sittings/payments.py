"""Whom a platform pays: a line per person with code, outcome, time and bonus; and what a study costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from pipeline.exports.csv_lines import Row
from pipeline.sittings.sitting import Answer, End, Sitting, minutes_of
from study.design import Design
from study.models import ExternalIdentity, Recruitment, Session, StudyVersion, Trial
from study.models.people import Mode

CENT = Decimal("0.01")
COLUMNS = (
    *("person", "platform", "study_reference", "session_reference", "participant", "code", "outcome"),
    *("reason", "started_at", "completed_at", "minutes", "test_trials", "correct", "bonus"),
    *("parts_done", "codes_of_parts", "earlier_references"),
)
ENOUGH_TO_TELL = 3  # finished sittings from which their median replaces the estimate from the design
ANSWER_S, BETWEEN_S, AROUND_MIN = 2.0, 0.5, 4.0  # per trial; consent, instructions, breaks, questions
AROUND_LATER_MIN = 2.0  # a part after the first: device, instructions, breaks


@dataclass(frozen=True)
class Bonus:
    """What is paid beside the reward, to people who count: a sum each, and one for each right answer."""

    each: Decimal = Decimal(0)
    per_correct: Decimal = Decimal(0)

    def of(self, sitting: Sitting) -> Decimal:
        """Return what one person gets."""
        if not sitting.counts:
            return Decimal(0)
        exact = self.each + self.per_correct * _correct(sitting)
        return exact.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Cost:
    """What recruitment costs, by people, reward, the platform's fee in percent, and minutes."""

    people: int
    reward: Decimal
    fee_pct: Decimal
    minutes: float

    @property
    def rewards(self) -> Decimal:
        return (self.people * self.reward).quantize(CENT)

    @property
    def fees(self) -> Decimal:
        return (self.rewards * self.fee_pct / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        return self.rewards + self.fees

    @property
    def per_hour(self) -> Decimal:
        """What a person earns in an hour at this pace."""
        return (self.reward * 60 / Decimal(str(self.minutes))).quantize(CENT, ROUND_HALF_UP)


def payment_rows(version: StudyVersion, sittings: Iterable[Sitting], bonus: Bonus) -> Iterator[Row]:
    """Iterate over a line per sitting, in the order of arrival; who was erased has no id any more."""
    known = {
        identity.participant_id: identity
        for identity in ExternalIdentity.objects.filter(participant__version=version)
    }
    code = Recruitment.objects.of(version.study_id, version.stage).code_completed
    for sitting in sittings:
        yield _row(sitting, known.get(sitting.participant.pk), code, bonus)


def usual_minutes(version: StudyVersion) -> float:
    """Return how long a sitting takes: the median of people's, once there are some; else by the design."""
    done = Session.objects.completed().filter(participant__version=version, participant__mode=Mode.LIVE)
    times = [minutes_of(each, list(each.parts.all())) for each in done.prefetch_related("parts")]
    seen = [minutes for minutes in times if minutes is not None]
    return round(median(seen), 1) if len(seen) >= ENOUGH_TO_TELL else planned_minutes(version.design)


def planned_minutes(design: Design) -> float:
    """Return about how long a sitting takes: its photos, two seconds to answer each, and the rest."""
    trials = design.trials_per_person * (1 + design.catch_share) + design.practice_trials
    shown_ms = design.fixation_ms + (design.stimulus_ms + design.mask_ms if design.stimulus_ms else 0)
    around = AROUND_MIN + AROUND_LATER_MIN * (design.parts - 1)
    return round(around + trials * (shown_ms / 1000 + ANSWER_S + BETWEEN_S) / 60, 1)


def _row(sitting: Sitting, identity: ExternalIdentity | None, code: str, bonus: Bonus) -> Row:
    session, tests = sitting.session, list(_tests(sitting))
    ids = {"person": "", "platform": "", "study_reference": "", "session_reference": ""}
    if identity is not None:
        ids = {name: getattr(identity, name) for name in ids}
    finished = bool(session.completion_code)
    return ids | {
        "participant": sitting.participant.public_id,
        "code": (code or session.completion_code) if finished else "",
        "outcome": str(sitting.end),
        "reason": sitting.excluded or sitting.where,
        "started_at": session.started_at.isoformat(timespec="seconds"),
        "completed_at": session.completed_at.isoformat(timespec="seconds") if session.completed_at else None,
        "minutes": None if sitting.minutes is None else round(sitting.minutes, 1),
        "test_trials": len(tests),
        "correct": _correct(sitting),
        "bonus": bonus.of(sitting) if sitting.end == End.COMPLETE else None,
        "parts_done": sitting.parts_done if sitting.parts else None,
        "codes_of_parts": "|".join(part.completion_code for part in sitting.parts if part.completion_code),
        "earlier_references": "|".join(identity.earlier_references) if identity else "",
    }


def _tests(sitting: Sitting) -> Iterator[Answer]:
    return (row for row in sitting.answers if row.block_type == Trial.BlockType.TEST and row.is_closed)


def _correct(sitting: Sitting) -> int:
    return sum(bool(answer.correct) for answer in _tests(sitting))
