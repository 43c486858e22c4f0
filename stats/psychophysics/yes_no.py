"""The yes-no task: hits, false alarms, d' and criterion of people and machine per crop level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from stats.psychophysics.hits_and_alarms import Rate, YesNo, detection, rate_of
from stats.table.arrays import Answers, encode
from stats.table.guessing import shows_asked
from stats.table.labels import chosen


@dataclass(frozen=True)
class YesNoLevel:
    """What one kind of observer said at one crop level.

    Attributes
    ----------
    crop_level : the level
    observers : "people" or "machine"
    hit : share of "yes" where the photo shows the class asked about; None where no such trial was answered
    false_alarm : share of "yes" where it shows another class; None likewise
    sensitivity : d' and criterion of both
    unanswered : trials without an answer in time, which are in neither share
    """

    crop_level: float
    observers: str
    hit: Rate | None
    false_alarm: Rate | None
    sensitivity: YesNo | None
    unanswered: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def yes_no_levels(counted: pd.DataFrame, alpha: float = 0.05) -> tuple[YesNoLevel, ...]:
    """Analyse yes-no trials, level by level, of people and machine.

    Parameters
    ----------
    counted
        Checked rows, from `tidy`, with the column `asked`.
    alpha
        Two-sided error rate of the intervals.

    Raises
    ------
    TableError
        When the column `asked` is blank in some of the rows.

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed.

    Examples
    --------
    Two people are asked of four photos whether they show a dunk; the second of them misses one.

    >>> from stats.table.tidy import tidy
    >>> photos = pd.DataFrame({"item_id": list("abcd"), "category": ["dunk", "dunk", "shoot", "shoot"]})
    >>> photos = photos.assign(agent_type="human", crop_level=0, asked="dunk")
    >>> ada = photos.assign(agent_id="ada", correct=1)
    >>> bea = photos.assign(agent_id="bea", correct=[1, 0, 1, 1])
    >>> (level,) = yes_no_levels(tidy(pd.concat([ada, bea])).primary)
    >>> level.observers, level.hit.estimate, level.false_alarm.estimate
    ('people', 0.75, 0.0)
    """
    return tuple(_levels(counted.reset_index(drop=True), alpha))


def _levels(counted: pd.DataFrame, alpha: float) -> Iterator[YesNoLevel]:
    shown = shows_asked(counted)
    for level in np.unique(counted["crop_level"].to_numpy(dtype=np.float64)).tolist():
        for observers, human in (("people", True), ("machine", False)):
            rows = (counted["crop_level"] == level) & (counted["human"] == human)
            answered = rows & counted["answered"]
            if rows.any():
                judged = _judged(chosen(counted, answered), shown[answered], alpha, human=human)
                yield YesNoLevel(level, observers, *judged, int(rows.sum() - answered.sum()))


def _judged(
    rows: pd.DataFrame, shown: pd.Series, alpha: float, *, human: bool
) -> tuple[Rate | None, Rate | None, YesNo | None]:
    """Return hit rate, false-alarm rate and what follows from both; None where nothing was answered."""
    if rows.empty:
        return None, None, None
    coded = encode(rows)
    answers, signal = (coded.human if human else coded.machine)[0], shown.to_numpy(dtype=bool)
    hits, alarms = answers.where(signal), said_yes(answers.where(~signal))
    hit, alarm = (
        rate_of(part, coded.categories, alpha, conditional=not human) if part.n_trials else None
        for part in (hits, alarms)
    )
    both = detection(hits, alarms, alpha, conditional=not human) if hit and alarm else None
    return hit, alarm, both


def said_yes(noise: Answers) -> Answers:
    """Return answers to trials without what was asked about, in which right is "yes": a false alarm.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> said_yes(network_answers([1, 0, 1], [0, 0, 0], list("abc"))).correct.tolist()
    [0.0, 1.0, 0.0]
    """
    return replace(noise, correct=noise.trials - noise.correct)
