"""Kappa read as copying: the share of photos on which one observer takes over whether the other is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.apa import share
from stats.table.arrays import FloatArray

MOST_APART = 0.05  # share of photos by which it may matter which of the two copies
NEGATIVE = "kappa is negative: they agree less than without copying"
ALWAYS_RIGHT = "an observer of each pair is always right, or always wrong: nobody can tell who copies"


@dataclass(frozen=True)
class Copying:
    """The share of photos on which one observer of a pair copies the other; a mean over pairs.

    Attributes
    ----------
    share : midway between the two below; None where the reading does not hold
    low, high : its bootstrap interval; None where there is none
    by_worse, by_better : the share where the less, or the more, accurate observer is the one who copies
    reason : why the reading does not hold, or ""
    """

    share: float | None
    low: float | None
    high: float | None
    by_worse: float | None
    by_better: float | None
    reason: str = ""


def copied_shares(both: FloatArray, first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of photos on which the less, and the more, accurate of two observers copies the other.

    One observer answers by itself, with accuracy a. On a share c of the photos the other copies whether that
    answer is right; elsewhere it answers independently. Correctness then covaries by c a (1 - a), so that c
    is the covariance over a (1 - a). Equal accuracies make c the same whoever copies, and equal to Cohen's
    kappa; the copier then has the same accuracy where it does not copy. For unequal accuracies and a positive
    kappa each direction has its own c, in [0, 1]; the answers do not tell which holds.

    Parameters
    ----------
    both : float
        Share of photos on which both are right.
    first, second : float
        Accuracies on the shared photos.

    Returns
    -------
    Two arrays of the shape that the arguments broadcast to. Negative where kappa is: the reading does not
    hold there. NaN where one of the two is always right or always wrong.

    References
    ----------
    Klein, Meyen, Brendel, Wichmann & Meding (2025), Quantifying uncertainty in error consistency, arXiv
    2507.06645 (there the less accurate observer copies).

    Examples
    --------
    Two observers are right on .8 of the photos each; both are on .72, where independence would give .64.
    Kappa is .5, and half of the answers are as if copied, whoever copies. With accuracies of .9 and .7 a
    kappa of .2 can come from copying .38 or .16 of the answers.

    >>> import numpy as np
    >>> [share.round(2).tolist() for share in copied_shares(np.array([0.72]), np.array(0.8), np.array(0.8))]
    [[0.5], [0.5]]
    >>> [share.round(2).tolist() for share in copied_shares(np.array([0.664]), np.array(0.9), np.array(0.7))]
    [[0.38], [0.16]]
    """
    beyond = both - first * second
    better, worse = np.maximum(first, second), np.minimum(first, second)
    of_better, of_worse = better * (1 - better), worse * (1 - worse)
    defined = np.minimum(of_better, of_worse) > 1e-12
    by_worse, by_better = (
        np.where(defined, beyond / np.where(defined, room, 1.0), np.nan) for room in (of_better, of_worse)
    )
    return by_worse, by_better


def reading(
    kappa: float | None,
    by_worse: float | None,
    by_better: float | None,
    interval: tuple[float | None, float | None],
) -> Copying:
    """Return how kappa reads as copying, or why it does not read so.

    Parameters
    ----------
    kappa
        Mean over pairs; None where it is undefined.
    by_worse, by_better
        Mean shares where the less, and the more, accurate observer copies.
    interval
        Of the share midway between; what lies below 0 is cut off, since nobody copies less than nothing.

    Examples
    --------
    >>> reading(0.5, 0.5, 0.5, (-0.02, 0.8))
    Copying(share=0.5, low=0.0, high=0.8, by_worse=0.5, by_better=0.5, reason='')
    >>> reading(0.2, 0.38, 0.16, (0.1, 0.5)).reason
    'accuracies differ: .380 if the less accurate of two copies, .160 if the more accurate does'
    """
    if kappa is None:
        return Copying(None, None, None, None, None, "there is no kappa")
    if by_worse is None or by_better is None:
        return Copying(None, None, None, None, None, ALWAYS_RIGHT)
    if kappa < 0:
        return Copying(None, None, None, None, None, NEGATIVE)
    if abs(by_worse - by_better) > MOST_APART:
        less, more = share(by_worse), share(by_better)
        reason = (
            f"accuracies differ: {less} if the less accurate of two copies, {more} if the more accurate does"
        )
        return Copying(None, None, None, by_worse, by_better, reason)
    low, high = (None if bound is None else max(bound, 0.0) for bound in interval)
    return Copying((by_worse + by_better) / 2, low, high, by_worse, by_better)
