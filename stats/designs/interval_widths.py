"""Weighted means with intervals over new observers and new photos."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from scipy import special

from stats.inference.clustered import between_clusters, photo_df, two_way_variance
from stats.table.arrays import Answers, FloatArray


@dataclass(frozen=True)
class Share:
    """A mean of shares, or a difference of two, with its interval; None where nothing tells it."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None


def half_width(answers: Answers, residuals: FloatArray, alpha: float, single: bool) -> float:
    """Return half of an interval's width.

    Parameters
    ----------
    answers
        Who answered which photo, of which cluster.
    residuals : (n,) float
        Weight of each answer times its distance from the mean; the weights of a mean sum to one.
    alpha
        Error rate of the two-sided interval.
    single
        Whether there is one observer, who is taken as given: the interval is then over new photos alone.

    Returns
    -------
    Infinite where there is no spread to estimate it from, or a single observer or cluster.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1, 0, 1, 1], [1, 0, 0, 1]], [0] * 4, list("abcd"))
    >>> round(half_width(answers, (answers.correct - 0.625) / 8, alpha=0.05, single=False), 2)
    1.07
    """
    variance, df = two_way_variance(answers, residuals)
    if single:
        variance, df = between_clusters(answers, residuals), photo_df(answers)
    if not variance or not df:
        return inf
    return float(special.stdtrit(df, 1 - alpha / 2)) * sqrt(variance)
