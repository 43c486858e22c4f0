"""Recruitment in figures: who started, where people are lost, by day; cells, time per block, timing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

from pipeline.sittings.browser_timing import BrowserTiming, browser_timing
from pipeline.sittings.sitting import Answer, End, Sitting, block_name, by_part, ends_of
from study.exclusions import trial_reason
from study.models import StudyVersion, Trial
from study.parts.return_figures import ReturnFigures, return_figures
from study.plan import Plan, plan_of


@dataclass(frozen=True)
class Day:
    """One day of arrivals: how many started on it, and how many of these ended in each way."""

    day: date
    started: int
    counts: list[int]


@dataclass(frozen=True)
class Cells:
    """Answers that count, by photo, at one level."""

    level: int
    photos: int
    fewest: int
    median: float
    most: int
    empty: int


@dataclass(frozen=True)
class BlockTime:
    """Minutes from the first photo of a block to its last answer."""

    block: str
    people: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Monitor:
    """A version's recruitment in one mode.

    Attributes
    ----------
    ends : how many sittings ended in each way, all ways of the design in their order
    screened_out, abandoned, in_progress, stopped : why or where, with how many, most first
    between, not_returned : which part is or was awaited, with how many
    excluded : rules that leave out people who finished, with how many, most first
    """

    started: int
    counted: int
    ends: list[tuple[End, int]]
    screened_out: list[tuple[str, int]]
    abandoned: list[tuple[str, int]]
    in_progress: list[tuple[str, int]]
    stopped: list[tuple[str, int]]
    between: list[tuple[str, int]]
    not_returned: list[tuple[str, int]]
    excluded: list[tuple[str, int]]
    days: list[Day]
    cells: list[Cells]
    blocks: list[BlockTime]
    browsers: list[BrowserTiming]
    parts: list[ReturnFigures]


def monitor_of(version: StudyVersion, sittings: Sequence[Sitting]) -> Monitor:
    """Return the figures of these sittings of a version."""
    design, counts = version.design, Counter(sitting.end for sitting in sittings)
    ends = ends_of(design)
    return Monitor(
        started=len(sittings),
        counted=sum(sitting.counts for sitting in sittings),
        ends=[(end, counts[end]) for end in ends],
        screened_out=_where(sittings, End.SCREENED_OUT),
        abandoned=_where(sittings, End.ABANDONED),
        in_progress=_where(sittings, End.IN_PROGRESS),
        stopped=_where(sittings, End.STOPPED),
        between=_where(sittings, End.BETWEEN),
        not_returned=_where(sittings, End.NOT_RETURNED),
        excluded=Counter(sitting.excluded for sitting in sittings if sitting.excluded).most_common(),
        days=_days(sittings, ends),
        cells=cells_of(version, sittings),
        blocks=block_times(sittings, plan_of(version)),
        browsers=browser_timing(sittings),
        parts=parts_of(sittings, design.parts),
    )


def cells_of(version: StudyVersion, sittings: Iterable[Sitting]) -> list[Cells]:
    """Return how often each test photo was judged at each level, by people and trials that count.

    A grid judges many photos at once, so that there are no such cells.
    """
    plan, answers = plan_of(version), Counter[int | None]()
    if plan.design.is_grid:
        return []
    for sitting in sittings:
        if sitting.counts:
            tests = (each for each in sitting.answers if each.block_type == Trial.BlockType.TEST)
            answers.update(each.stimulus for each in tests if not trial_reason(each, plan.design))
    levels: dict[int, list[int]] = defaultdict(list)
    for picture in plan.tested:
        levels[plan.levels[plan.place_of[picture.stimulus]]].append(answers[picture.stimulus])
    return [
        Cells(level, len(counts), min(counts), median(counts), max(counts), counts.count(0))
        for level, counts in sorted(levels.items())
    ]


def parts_of(sittings: Iterable[Sitting], parts: int) -> list[ReturnFigures]:
    """Return how many people came back for each part after the first."""
    begun = [part for sitting in sittings for part in sitting.parts]
    times = ((part.session_id, part.number, part.began_at, part.ended_at) for part in begun)
    return return_figures(times, parts)


def block_times(sittings: Iterable[Sitting], plan: Plan) -> list[BlockTime]:
    """Return how long people took for each block that they finished; practice again is one of its own."""
    minutes: dict[tuple[int, int], list[float]] = defaultdict(list)
    for sitting in sittings:
        for part, own in by_part(sitting.answers, plan).items():
            for block, answers in blocks_of(own).items():
                if (length := _minutes(answers)) is not None:
                    minutes[part, block].append(length)
    return [
        BlockTime(
            block_name(block, part), len(values), _quartile(values, 0), median(values), _quartile(values, 2)
        )
        for (part, block), values in sorted(minutes.items())
    ]


def blocks_of(answers: Iterable[Answer]) -> dict[int, list[Answer]]:
    """Return the trials of a sitting, or of a part of it, by block, in their order."""
    blocks: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        blocks[answer.block_id].append(answer)
    return blocks


def _where(sittings: Iterable[Sitting], end: End) -> list[tuple[str, int]]:
    return Counter(sitting.where for sitting in sittings if sitting.end == end).most_common()


def _days(sittings: Iterable[Sitting], ends: Sequence[End]) -> list[Day]:
    days: dict[date, list[End]] = defaultdict(list)
    for sitting in sittings:
        days[sitting.session.started_at.date()].append(sitting.end)
    return [Day(day, len(own), [own.count(end) for end in ends]) for day, own in sorted(days.items())]


def _minutes(answers: Sequence[Answer]) -> float | None:
    """Return the time from the first photo to the last answer; None for a block that is not finished."""
    if not all(answer.is_closed for answer in answers):
        return None
    begun = [answer.begun_at for answer in answers if answer.begun_at]
    received = [answer.received_at for answer in answers if answer.received_at]
    return (max(received) - min(begun)).total_seconds() / 60 if begun and received else None


def _quartile(values: list[float], which: int) -> float:
    return quantiles(values, n=4, method="inclusive")[which] if len(values) > 1 else values[0]
