"""How many people came back for each part, and after which time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

PartTimes = tuple[int, int, datetime, datetime | None]  # session, number of the part, when it began and ended
Times = dict[int, tuple[datetime, datetime | None]]  # of one part, by session


@dataclass(frozen=True)
class ReturnFigures:
    """One part after the first.

    Attributes
    ----------
    awaited : people who had done the part before
    began, done : how many of them began this part, and did all of it
    gap_hours : from the end of the part before, median of those who began; None where nobody did
    """

    part: int
    awaited: int
    began: int
    done: int
    gap_hours: float | None


def return_figures(times: Iterable[PartTimes], parts: int) -> list[ReturnFigures]:
    """Return the figures of every part after the first for which somebody is or was awaited.

    Parameters
    ----------
    times
        Of each part that was begun.
    parts
        How many the design has.
    """
    by_part: dict[int, Times] = {n: {} for n in range(1, parts + 1)}
    for session, number, began, ended in times:
        by_part[number][session] = (began, ended)
    figures = [_figures(number, by_part[number - 1], by_part[number]) for number in range(2, parts + 1)]
    return [each for each in figures if each.awaited]


def _figures(number: int, before: Times, rows: Times) -> ReturnFigures:
    ended = {session: end for session, (_, end) in before.items() if end}
    gaps = [(began - ended[session]).total_seconds() / 3600 for session, (began, _) in rows.items()]
    done = sum(end is not None for _, end in rows.values())
    return ReturnFigures(number, len(ended), len(rows), done, median(gaps) if gaps else None)
