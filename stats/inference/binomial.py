"""Binomial tests and intervals that also hold at 0 %, at 100 % and for a non-integer number of units."""

from __future__ import annotations

import numpy as np
from scipy import special

SMALLEST_P = float(np.finfo(float).tiny)


def never_zero(p: float) -> float:
    """Return p, or the smallest normal number where p underflowed: no finite sample gives p = 0.

    Examples
    --------
    >>> never_zero(0.03), never_zero(0.0) > 0
    (0.03, True)
    """
    return min(max(p, SMALLEST_P), 1.0)


def p_above(share: float, units: float, null: float) -> float:
    """Return the chance of a share at least this large among independent units if the truth is the null.

    Parameters
    ----------
    share
        Observed share, in [0, 1].
    units
        Number of independent units; need not be whole.
    null
        Share under the null hypothesis, in (0, 1).

    Examples
    --------
    Eighteen of eighteen people are right where the null is .85:

    >>> round(p_above(1.0, 18, 0.85), 4), round(0.85**18, 4)
    (0.0536, 0.0536)
    """
    right = share * units
    return never_zero(float(special.betainc(right, units - right + 1, null)) if right > 0 else 1.0)


def p_below(share: float, units: float, null: float) -> float:
    """Return the chance of a share at most this large among independent units if the truth is the null.

    Parameters
    ----------
    share, units, null
        See `p_above`.

    Examples
    --------
    >>> round(p_below(0.4, 50, 0.5), 3)
    0.101
    """
    return p_above(1 - share, units, 1 - null)


def interval(share: float, units: float, alpha: float) -> tuple[float, float]:
    """Return the Clopper-Pearson interval, which covers the truth with a chance of at least 1 - alpha.

    Parameters
    ----------
    share
        Observed share, in [0, 1].
    units
        Number of independent units; need not be whole.
    alpha
        Error rate of the two-sided interval.

    References
    ----------
    Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26.

    Examples
    --------
    >>> low, high = interval(0.8, 50, 0.05)
    >>> round(low, 3), round(high, 3)
    (0.663, 0.9)
    """
    right = share * units
    wrong = units - right
    low = float(special.betaincinv(right, wrong + 1, alpha / 2)) if right > 0 else 0.0
    high = float(special.betaincinv(right + 1, wrong, 1 - alpha / 2)) if wrong > 0 else 1.0
    return low, high


def units_under_clustering(share: float, variance: float, df: float, units: float, alpha: float) -> float:
    """Shrink the number of photos to the independent photos that carry as much information.

    Parameters
    ----------
    share
        Observed share, strictly inside (0, 1).
    variance, df
        Its clustered variance (> 0) and degrees of freedom.
    units
        Number of photos; the result is never larger.
    alpha
        Error rate of the two-sided interval that the number is for.

    References
    ----------
    Korn & Graubard (1998), Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data, Survey Methodology 24.

    Examples
    --------
    A variance four times that of 100 independent photos is that of some 25:

    >>> round(units_under_clustering(0.5, 4 * 0.25 / 100, df=99, units=100, alpha=0.05), 1)
    25.0
    """
    effective = share * (1 - share) / variance
    quantiles = special.stdtrit(max(units - 1, 1), 1 - alpha / 2) / special.stdtrit(df, 1 - alpha / 2)
    return float(min(effective * quantiles**2, units))
