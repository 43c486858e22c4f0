"""The interval of a mean over photos, some of which are near duplicates of each other."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from stats.errors import InputError
from stats.inference.clustered import photo_variance
from stats.table.network_answers import network_answers


def mean_interval(values: ArrayLike, groups: ArrayLike, alpha: float = 0.05) -> tuple[float, float]:
    """Return the interval of a mean over photos, where those of one group stray together.

    The variance is that of `stats.inference.clustered` for a single observer and a single class.

    Parameters
    ----------
    values : (n,) float
        One for each photo.
    groups : (n,)
        Group of each photo.
    alpha
        Of the two-sided interval.

    Returns
    -------
    Low and high: a t interval over groups. Where every photo is its own group, the usual one over photos.

    Raises
    ------
    InputError
        If there are fewer than two groups, or not one for each photo.

    References
    ----------
    Liang & Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73.

    Examples
    --------
    Four photos, of which two are one burst:

    >>> low, high = mean_interval([0.2, 0.2, 0.4, 0.6], ["burst", "burst", "b", "c"])
    >>> round(low, 3), round(high, 3)
    (-0.169, 0.869)
    """
    each = np.asarray(values, dtype=np.float64)
    answers = network_answers(each, np.zeros(len(each)), groups)
    variance, df = photo_variance(answers)
    if variance is None:
        raise InputError(f"{len(each)} photos of one group; an interval needs two groups at least")
    mean, half = float(each.mean()), float(special.stdtrit(df, 1 - alpha / 2)) * math.sqrt(variance)
    return mean - half, mean + half
