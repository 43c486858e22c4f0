"""One sitting as a line of time: blocks as bars, trials as marks, what went wrong above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.sittings.recruitment_figures import blocks_of
from pipeline.sittings.sitting import Answer, Sitting, block_name
from study.design import Design
from study.exclusions import trial_reason

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
    """What is drawn: blocks, trials, a mark for each whole minute, and how long the line is."""

    minutes: float
    bars: list[Bar]
    marks: list[Mark]
    ticks: list[tuple[float, int]]
    flags: list[tuple[str, int]]


def time_line(sitting: Sitting, design: Design) -> TimeLine | None:
    """Return the line of a sitting; None where no photo was shown."""
    times = [at for answer in sitting.answers for at in (answer.begun_at, answer.received_at) if at]
    if not times:
        return None
    scale = _Scale(sitting.session.started_at, max(*times, sitting.session.completed_at or max(times)))
    marks = [_mark(answer, design, scale) for answer in sitting.answers if answer.begun_at]
    return TimeLine(
        scale.minutes,
        list(_bars(sitting, scale)),
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


def _bars(sitting: Sitting, scale: _Scale) -> Iterator[Bar]:
    for block, answers in blocks_of(sitting).items():
        begun = [answer.begun_at for answer in answers if answer.begun_at]
        ended = [answer.received_at for answer in answers if answer.received_at]
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
