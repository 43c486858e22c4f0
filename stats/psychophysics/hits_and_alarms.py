"""Detection: d' and criterion of yes-no judgements, from hits and false alarms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.clustered import between_clusters, class_means, photo_df, residuals_of, two_way_variance
from stats.table.arrays import Answers, FloatArray


@dataclass(frozen=True)
class Rate:
    """A share with its interval.

    Attributes
    ----------
    estimate : macro-average over classes, in [0, 1]
    ci_low, ci_high : two-sided interval at 1 - alpha
    n_people, n : observers, and trials, tiles or grids, behind the estimate
    method : how the interval was computed
    """

    estimate: float
    ci_low: float
    ci_high: float
    n_people: int
    n: int
    method: str


@dataclass(frozen=True)
class YesNo:
    """Sensitivity and criterion of yes-no judgements: z(H) - z(F), and -(z(H) + z(F)) / 2.

    Attributes
    ----------
    d_prime : in standard deviations of the impression
    ci_low, ci_high : two-sided interval at 1 - alpha; None where a rate is 0 or 1, or has no spread
    criterion : where "yes" begins, from half way between both kinds of trials; above 0 "no" is preferred
    criterion_low, criterion_high : its interval
    corrected : whether a rate of 0 or 1 was moved inside by the log-linear rule
    """

    d_prime: float
    ci_low: float | None
    ci_high: float | None
    criterion: float
    criterion_low: float | None
    criterion_high: float | None
    corrected: bool


def rate_of(
    answers: Answers, categories: tuple[str, ...], alpha: float, *, conditional: bool = False
) -> Rate:
    """Return the share of right answers with its two-way clustered interval; nothing to test it against.

    Parameters
    ----------
    answers
        At least one answer of one kind of observer.
    categories
        Class names by code.
    alpha
        Two-sided error rate of the interval.
    conditional
        Whether the interval of a single observer is over photos alone (as of one trained network).

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> judged = network_answers([[1, 1, 0, 1], [1, 0, 1, 1]], [0] * 4, list("abcd"))
    >>> share = rate_of(judged, ("dunk",), 0.05)
    >>> share.estimate, share.n_people, share.n
    (0.75, 2, 8)
    """
    share = accuracy(answers, Threshold(0.5, Side.ABOVE, alpha, conditional=conditional), categories)
    size = (share.n_agents, share.n_trials)
    return Rate(share.estimate, share.ci_low, share.ci_high, *size, share.method.value)


def detection(hits: Answers, alarms: Answers, alpha: float, *, conditional: bool = False) -> YesNo:
    """Return d' and criterion with intervals by the delta method, clustered over observers and photos.

    Parameters
    ----------
    hits
        Answers to trials that show what is asked about; right is a hit.
    alarms
        Answers to the others; right is a false alarm.
    alpha
        Two-sided error rate of the intervals.
    conditional
        Whether the intervals of a single observer are over photos alone (as of one trained network).

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed., chapters 1 and 2.
    Hautus (1995), Corrections for extreme proportions and their biasing effects on estimated values of d',
    Behav. Res. Methods Instrum. Comput. 27 (the log-linear rule).

    Examples
    --------
    Three of four dunks are called so, and one of four shots.

    >>> from stats.table.network_answers import network_answers
    >>> hits, alarms = (network_answers([a, 1, b, 0], [0] * 4, list("abcd")) for a, b in ((1, 1), (0, 0)))
    >>> judged = detection(hits, alarms, 0.05)
    >>> round(judged.d_prime, 2), round(judged.criterion, 2), judged.ci_low
    (1.35, 0.0, None)
    """
    shares, corrected = inner_shares(hits, alarms)
    hit, alarm = (float(special.ndtri(share)) for share in shares)
    d_prime, criterion = hit - alarm, 0.0 - (hit + alarm) / 2  # not -0.0
    if corrected:
        return YesNo(d_prime, None, None, criterion, None, None, corrected=True)
    slopes = [math.sqrt(2 * math.pi) * math.exp(z**2 / 2) for z in (hit, alarm)]
    of_hits, of_alarms = (
        slope * residuals_of(part)[1] for slope, part in zip(slopes, (hits, alarms), strict=True)
    )
    both = hits.joined(alarms)
    apart = half_width(both, np.concatenate([of_hits, -of_alarms]), alpha, conditional=conditional)
    middle = half_width(both, np.concatenate([-of_hits / 2, -of_alarms / 2]), alpha, conditional=conditional)
    return YesNo(d_prime, *_around(d_prime, apart), criterion, *_around(criterion, middle), corrected=False)


def inner_shares(hits: Answers, alarms: Answers) -> tuple[list[float], bool]:
    """Return the shares of hits and of false alarms, and whether both were moved inside (0, 1).

    They are macro averages over classes; where one is 0 or 1, both are of all trials, with half a trial more
    of either answer (the log-linear rule of Hautus 1995).

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> right, wrong = (network_answers([each] * 4, [0] * 4, list("abcd")) for each in (1, 0))
    >>> inner_shares(right, wrong)
    ([0.9, 0.1], True)
    """
    shares = [float(class_means(part)[0].mean()) for part in (hits, alarms)]
    if not any(share in (0.0, 1.0) for share in shares):
        return shares, False
    return [float((part.correct.sum() + 0.5) / (part.n_trials + 1)) for part in (hits, alarms)], True


def _around(estimate: float, half: float | None) -> tuple[float | None, float | None]:
    return (None, None) if half is None else (estimate - half, estimate + half)


def half_width(answers: Answers, residuals: FloatArray, alpha: float, *, conditional: bool) -> float | None:
    """Return half the width of an interval; None where a spread is not estimable.

    Parameters
    ----------
    answers
        Of all trials, with observers and photos.
    residuals
        What each trial moves the estimate by, in the order of the answers.
    alpha
        Two-sided error rate of the interval.
    conditional
        Whether the interval of a single observer is over photos alone.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> rows = [[1, 1, 0, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 0, 1], [0, 1, 0, 1, 1]]
    >>> judged = network_answers(rows, [0] * 5, list("abcde"))
    >>> of_share = (judged.correct - judged.correct.mean()) / judged.n_trials
    >>> round(half_width(judged, of_share, 0.05, conditional=False), 2)
    0.38
    """
    variance, df = two_way_variance(answers, residuals)
    if conditional and answers.n_agents == 1:
        variance, df = between_clusters(answers, residuals), photo_df(answers)
    if not variance or not df or df <= 0:
        return None
    return float(special.stdtrit(df, 1 - alpha / 2)) * math.sqrt(variance)
