"""Binomial tests and intervals that stay honest at 0 %, at 100 % and for a non-integer number of units."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

SMALLEST_P = float(np.finfo(float).tiny)


def never_zero(p: float) -> float:
    """Return p, or the smallest normal number where p underflowed: no finite sample gives p = 0."""
    return min(max(p, SMALLEST_P), 1.0)


def p_above(share: float, units: float, null: float) -> float:
    """P of a share at least this large among `units` independent units if the truth is `null`."""
    right = share * units
    return never_zero(float(special.betainc(right, units - right + 1, null)) if right > 0 else 1.0)


def p_below(share: float, units: float, null: float) -> float:
    """P of a share at most this large among `units` independent units if the truth is `null`."""
    return p_above(1 - share, units, 1 - null)


def interval(share: float, units: float, alpha: float) -> tuple[float, float]:
    """Return the Clopper-Pearson interval with coverage of at least 1 - alpha.

    References
    ----------
    Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26.
    """
    right = share * units
    wrong = units - right
    low = float(special.betaincinv(right, wrong + 1, alpha / 2)) if right > 0 else 0.0
    high = float(special.betaincinv(right + 1, wrong, 1 - alpha / 2)) if wrong > 0 else 1.0
    return low, high


def units_under_clustering(share: float, variance: float, df: float, units: float, alpha: float) -> float:
    """Shrink the number of photos to the independent photos that carry as much information.

    References
    ----------
    Korn & Graubard (1998), Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data, Survey Methodology 24.
    """
    effective = share * (1 - share) / variance
    quantiles = stats.t.ppf(1 - alpha / 2, max(units - 1, 1)) / stats.t.ppf(1 - alpha / 2, df)
    return float(min(effective * quantiles**2, units))
