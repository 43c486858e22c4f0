"""The choice between two photos: sensitivity of people and machine, apart from the preference of a side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.psychophysics.hits_and_alarms import Rate, YesNo, detection, rate_of
from stats.psychophysics.yes_no import said_yes
from stats.table.arrays import encode
from stats.table.design_columns import PHOTO_PLACE
from stats.table.labels import chosen


@dataclass(frozen=True)
class ChoiceLevel:
    """What one kind of observer chose at one crop level.

    Attributes
    ----------
    crop_level : the level
    observers : "people" or "machine"
    right_first, right_second : shares of right choices where what was asked for stood left or above, or right
        or below; None where no such trial was answered
    sensitivity : d' of both, and the preference c: above 0 the second photo is preferred
    """

    crop_level: float
    observers: str
    right_first: Rate | None
    right_second: Rate | None
    sensitivity: YesNo | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def choice_levels(counted: pd.DataFrame, alpha: float = 0.05) -> tuple[ChoiceLevel, ...]:
    """Analyse choices between two photos, level by level, of people and machine.

    A choice of the first photo is a hit where it shows what was asked for, and a false alarm where the
    second does; d' = (z(hits) - z(false alarms)) / sqrt(2), since two impressions are compared. Without
    preference of a side it is sqrt(2) z(share right).

    Parameters
    ----------
    counted
        Checked rows, from `tidy`, with the column `photo_place`.
    alpha
        Two-sided error rate of the intervals.

    Raises
    ------
    TableError
        When `photo_place` is blank in some of the rows.

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed., chapter 7.

    Examples
    --------
    Two people choose eight times; one of them takes the first photo too often.

    >>> from stats.table.tidy import tidy
    >>> photos = pd.DataFrame({"item_id": list("abcdefgh"), "category": ["dunk", "shoot"] * 4})
    >>> photos = photos.assign(agent_type="human", crop_level=0, photo_place=[0] * 4 + [1] * 4)
    >>> ada = photos.assign(agent_id="ada", correct=[1, 1, 1, 0, 1, 1, 1, 0])
    >>> bea = photos.assign(agent_id="bea", correct=[1, 1, 1, 1, 0, 0, 1, 1])
    >>> (level,) = choice_levels(tidy(pd.concat([ada, bea])).primary)
    >>> level.right_first.estimate, level.right_second.estimate, round(level.sensitivity.d_prime, 2)
    (0.875, 0.625, 1.04)
    """
    if counted[PHOTO_PLACE.name].isna().any():
        raise TableError("the column photo_place is blank in some trials")
    return tuple(_levels(counted.reset_index(drop=True), alpha))


def _levels(counted: pd.DataFrame, alpha: float) -> Iterator[ChoiceLevel]:
    for level in np.unique(counted["crop_level"].to_numpy(dtype=np.float64)).tolist():
        for observers, human in (("people", True), ("machine", False)):
            rows = (counted["crop_level"] == level) & (counted["human"] == human) & counted["answered"]
            if rows.any():
                yield ChoiceLevel(level, observers, *_judged(chosen(counted, rows), alpha, human=human))


def _judged(
    rows: pd.DataFrame, alpha: float, *, human: bool
) -> tuple[Rate | None, Rate | None, YesNo | None]:
    coded = encode(rows)
    answers = (coded.human if human else coded.machine)[0]
    first = rows[PHOTO_PLACE.name].to_numpy(dtype=np.float64) == 0
    sides = [answers.where(first), answers.where(~first)]
    rates = [
        rate_of(side, coded.categories, alpha, conditional=not human) if side.n_trials else None
        for side in sides
    ]
    if None in rates:
        return rates[0], rates[1], None
    hits, alarms = sides[0], said_yes(sides[1])
    return rates[0], rates[1], compared(detection(hits, alarms, alpha, conditional=not human))


def compared(judged: YesNo) -> YesNo:
    """Return the sensitivity to one photo, from that to the difference of two.

    Examples
    --------
    >>> round(compared(YesNo(2.0, 1.0, None, 0.3, None, None, corrected=False)).d_prime, 3)
    1.414
    """
    low, high = (None if end is None else end / math.sqrt(2) for end in (judged.ci_low, judged.ci_high))
    return replace(judged, d_prime=judged.d_prime / math.sqrt(2), ci_low=low, ci_high=high)
