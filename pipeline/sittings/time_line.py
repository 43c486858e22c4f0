"""One sitting as lines of time, one for each part: blocks as bars, trials as marks, what went wrong above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.sittings.recruitment_figures import blocks_of
from pipeline.sittings.sitting import Answer, Sitting, block_name, by_part
from study.design import Design
from study.exclusions import trial_reason
from study.plan import Plan

WIDTH = 1000.0  # of the drawing, in its own units


@dataclass(frozen=True)
class Mark:
    """One trial on the line: where it began, and why it does not count, if so."""

    x: float
    index: int
    block_type: str
    status: str
    correct: bool | None
    rt_ms: float | None
    flag: str

    @property
    def says(self) -> str:
        """The trial in words."""
        time = "" if self.rt_ms is None else f", {self.rt_ms:.0f} ms"
        right = {True: ", right", False: ", wrong", None: ""}[self.correct]
        flag = f"; does not count: {self.flag}" if self.flag else ""
        return f"Trial {self.index} ({self.block_type}): {self.status or 'open'}{right}{time}{flag}"


@dataclass(frozen=True)
class Bar:
    """A block on the line."""

    name: str
    x: float
    width: float
    minutes: float


@dataclass(frozen=True)
class TimeLine:
    """What is drawn: blocks, trials, a mark for each whole minute, and how long the line is.

    `part` is which of several; 0 where the sitting was all in one go.
    """

    part: int
    minutes: float
    bars: list[Bar]
    marks: list[Mark]
    ticks: list[tuple[float, int]]
    flags: list[tuple[str, int]]


def time_lines(sitting: Sitting, plan: Plan) -> list[TimeLine]:
    """Return a line for each part in which a photo was shown; in one go that is one line or none."""
    session = sitting.session
    if not sitting.parts:
        line = _line(0, session.started_at, session.completed_at, sitting.answers, plan.design)
        return [line] if line else []
    answers, last = by_part(sitting.answers, plan), sitting.parts[-1]
    lines = (
        _line(
            part.number,
            part.began_at,
            session.completed_at if part is last else None,
            answers.get(part.number, []),
            plan.design,
        )
        for part in sitting.parts
    )
    return [line for line in lines if line]


def _line(
    part: int, began: datetime, completed: datetime | None, answers: Sequence[Answer], design: Design
) -> TimeLine | None:
    times = [at for answer in answers for at in (answer.begun_at, answer.received_at) if at]
    if not times:
        return None
    scale = _Scale(began, max(*times, completed or max(times)))
    marks = [_mark(answer, design, scale) for answer in answers if answer.begun_at]
    return TimeLine(
        part,
        scale.minutes,
        list(_bars(answers, scale)),
        marks,
        scale.ticks(),
        Counter(mark.flag for mark in marks if mark.flag).most_common(),
    )


@dataclass(frozen=True)
class _Scale:
    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        return max((self.end - self.start).total_seconds() / 60, 1 / 60)

    def x(self, at: datetime) -> float:
        """Return where a moment stands on the line."""
        return round(WIDTH * (at - self.start).total_seconds() / 60 / self.minutes, 1)

    def ticks(self) -> list[tuple[float, int]]:
        """Return whole minutes and where they stand, at most twelve."""
        step = max(1, -(-int(self.minutes) // 12))
        return [
            (round(WIDTH * minute / self.minutes, 1), minute)
            for minute in range(0, int(self.minutes) + 1, step)
        ]


def _bars(answers: Iterable[Answer], scale: _Scale) -> Iterator[Bar]:
    for block, rows in blocks_of(answers).items():
        begun = [answer.begun_at for answer in rows if answer.begun_at]
        ended = [answer.received_at for answer in rows if answer.received_at]
        if begun and ended and max(ended) > min(begun):
            left, right = scale.x(min(begun)), scale.x(max(ended))
            yield Bar(
                block_name(block),
                left,
                max(right - left, 1.0),
                (max(ended) - min(begun)).total_seconds() / 60,
            )


def _mark(answer: Answer, design: Design, scale: _Scale) -> Mark:
    begun = answer.begun_at or scale.start
    reason = "" if answer.block_type == "practice" else trial_reason(answer, design)
    return Mark(
        x=scale.x(begun),
        index=answer.trial_index,
        block_type=answer.block_type,
        status=answer.response_status,
        correct=answer.correct,
        rt_ms=answer.rt_ms,
        flag="" if reason == "open" else reason,
    )
