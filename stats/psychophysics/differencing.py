"""The same-different task: d' of the differencing model, for people and machine per crop level."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special

from stats.inference.clustered import residuals_of
from stats.psychophysics.hits_and_alarms import Rate, YesNo, half_width, inner_shares, rate_of
from stats.psychophysics.yes_no import said_yes
from stats.table.arrays import Answers, encode
from stats.table.design_columns import BESIDE_CATEGORY
from stats.table.labels import chosen

LARGEST = 20.0  # d' of a share that is 1 but for rounding


@dataclass(frozen=True)
class ComparisonLevel:
    """What one kind of observer said of pairs at one crop level.

    Attributes
    ----------
    crop_level : the level
    observers : "people" or "machine"
    hit : share of "different" where the photos show different classes; None where no such pair was answered
    false_alarm : share of "different" where they show the same class; None likewise
    sensitivity : d' and criterion k, in standard deviations of one impression: "different" is said of
        impressions that are further apart than k
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


def differencing_rates(d_prime: float, criterion: float) -> tuple[float, float]:
    """Return the shares of "different" in pairs of different and of the same classes.

    Each photo gives an impression with unit variance, those of two classes d' apart; "different" is said
    where both impressions differ by more than the criterion, in whichever direction.

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed., chapter 9 (differencing model, for
    stimuli that change from trial to trial).

    Examples
    --------
    >>> [round(share, 3) for share in differencing_rates(2.0, 1.5)]
    [0.645, 0.289]
    """
    ends = np.array([-criterion + d_prime, -criterion - d_prime, -criterion, -criterion]) / math.sqrt(2)
    shares = special.ndtr(ends)
    return float(shares[:2].sum()), float(shares[2:].sum())


def differencing(hit: float, false_alarm: float) -> tuple[float, float]:
    """Return d' and criterion that give two shares of "different"; d' is 0 where hits are not more.

    Parameters
    ----------
    hit, false_alarm
        Shares of "different" in pairs of different and of the same classes, inside (0, 1).

    References
    ----------
    As of `differencing_rates`, whose inverse it is.

    Examples
    --------
    >>> [round(value, 6) for value in differencing(*differencing_rates(2.0, 1.5))]
    [2.0, 1.5]
    """
    criterion = -math.sqrt(2) * float(special.ndtri(false_alarm / 2))
    if hit <= false_alarm:
        return 0.0, criterion
    d_prime = optimize.brentq(
        lambda d: differencing_rates(d, criterion)[0] - hit, 0.0, LARGEST + criterion, xtol=1e-10
    )
    return float(d_prime), criterion


def comparison(different: Answers, same: Answers, alpha: float, *, conditional: bool = False) -> YesNo:
    """Return d' and criterion of the differencing model, with intervals by the delta method.

    Parameters
    ----------
    different, same
        Answers to pairs of different and of the same classes; right is as it was.
    alpha
        Two-sided error rate of the intervals.
    conditional
        Whether the intervals of a single observer are over pairs alone (as of one trained network).

    Returns
    -------
    Without intervals where a share had to be moved inside by the log-linear rule (Hautus 1995); without one
    of d' where hits are not more than false alarms, and d' is 0.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> parts = (network_answers([a, 1, b, 1], [0] * 4, list("abcd")) for a, b in ((1, 0), (0, 1)))
    >>> judged = comparison(*parts, 0.05)
    >>> round(judged.d_prime, 2), round(judged.criterion, 2)
    (2.57, 1.63)
    """
    alarms = said_yes(same)
    (hit, alarm), corrected = inner_shares(different, alarms)
    d_prime, criterion = differencing(hit, alarm)
    if corrected:
        return YesNo(d_prime, None, None, criterion, None, None, corrected=True)
    both = different.joined(alarms)
    of_hits, of_alarms, of_criterion = _slopes(d_prime, criterion)
    hits, falses = (residuals_of(part)[1] for part in (different, alarms))
    around = half_width(
        both, np.concatenate([hits * 0, falses * of_criterion]), alpha, conditional=conditional
    )
    ends = _ends(criterion, around)
    if d_prime == 0:
        return YesNo(d_prime, None, None, criterion, *ends, corrected=False)
    apart = half_width(
        both, np.concatenate([hits * of_hits, falses * of_alarms]), alpha, conditional=conditional
    )
    return YesNo(d_prime, *_ends(d_prime, apart), criterion, *ends, corrected=False)


def _ends(estimate: float, half: float | None) -> tuple[float | None, float | None]:
    return (None, None) if half is None else (estimate - half, estimate + half)


def _slopes(d_prime: float, criterion: float) -> tuple[float, float, float]:
    """Return the slopes of d' by hits and by false alarms, and that of the criterion by false alarms."""
    right, left, middle = (
        math.exp(-(((criterion + shift) / math.sqrt(2)) ** 2) / 2) / math.sqrt(2 * math.pi)
        for shift in (-d_prime, d_prime, 0.0)
    )
    of_criterion = -1 / (math.sqrt(2) * middle)
    rise = (right - left) / math.sqrt(2)  # of hits by d'
    if rise == 0:
        return math.inf, math.inf, of_criterion
    fall = -(right + left) / math.sqrt(2)  # of hits by the criterion
    return 1 / rise, -fall * of_criterion / rise, of_criterion


def comparison_levels(counted: pd.DataFrame, alpha: float = 0.05) -> tuple[ComparisonLevel, ...]:
    """Analyse comparisons of two photos, level by level, of people and machine.

    Parameters
    ----------
    counted
        Checked rows, from `tidy`, with the column `beside_category`.
    alpha
        Two-sided error rate of the intervals.

    References
    ----------
    As of `differencing_rates`.

    Examples
    --------
    >>> from stats.table.tidy import tidy
    >>> photos = pd.DataFrame({"item_id": list("abcd"), "category": ["dunk", "shoot"] * 2})
    >>> photos = photos.assign(agent_type="human", crop_level=0, beside_category=["dunk"] * 3 + ["shoot"])
    >>> ada = photos.assign(agent_id="ada", correct=1)
    >>> bea = photos.assign(agent_id="bea", correct=[1, 0, 1, 1])
    >>> (level,) = comparison_levels(tidy(pd.concat([ada, bea])).primary)
    >>> level.hit.estimate, level.false_alarm.estimate
    (0.5, 0.0)
    """
    return tuple(_levels(counted.reset_index(drop=True), alpha))


def _levels(counted: pd.DataFrame, alpha: float) -> Iterator[ComparisonLevel]:
    same = counted[BESIDE_CATEGORY.name].astype(str) == counted["category"].astype(str)
    for level in np.unique(counted["crop_level"].to_numpy(dtype=np.float64)).tolist():
        for observers, human in (("people", True), ("machine", False)):
            rows = (counted["crop_level"] == level) & (counted["human"] == human)
            answered = rows & counted["answered"]
            if answered.any():
                judged = _judged(chosen(counted, answered), same[answered], alpha, human=human)
                yield ComparisonLevel(level, observers, *judged, int(rows.sum() - answered.sum()))


def _judged(
    rows: pd.DataFrame, same: pd.Series, alpha: float, *, human: bool
) -> tuple[Rate | None, Rate | None, YesNo | None]:
    coded = encode(rows)
    answers, alike = (coded.human if human else coded.machine)[0], same.to_numpy(dtype=bool)
    differing, equal = answers.where(~alike), answers.where(alike)
    hit, alarm = (
        rate_of(part, coded.categories, alpha, conditional=not human) if part.n_trials else None
        for part in (differing, said_yes(equal))
    )
    both = comparison(differing, equal, alpha, conditional=not human) if hit and alarm else None
    return hit, alarm, both
