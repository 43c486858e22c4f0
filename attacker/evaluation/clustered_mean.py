"""The interval of a mean over photos, some of which are near duplicates of each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from attacker.errors import DataError


def mean_interval(values: ArrayLike, groups: Sequence[str]) -> tuple[float, float]:
    """Return the 95 % interval of a mean over photos; those of one group stray together.

    Parameters
    ----------
    values
        One for each photo, [n].
    groups
        Group of each photo, [n].

    Returns
    -------
    tuple of float
        Low and high: a t interval over groups. Where every photo is its own group, the usual one over photos.

    Raises
    ------
    DataError
        If there are fewer than two groups, or not one for each photo.

    References
    ----------
    Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika.
    """
    each = np.asarray(values, dtype=np.float64)
    names, of_group = np.unique(np.asarray(groups), return_inverse=True)
    if len(of_group) != len(each) or len(names) < 2:
        raise DataError(f"{len(each)} photos in {len(names)} groups: an interval needs two groups at least")
    strayed = np.bincount(of_group, weights=each - each.mean())
    error = np.sqrt(len(names) / (len(names) - 1) * (strayed**2).sum()) / len(each)
    half = float(stats.t.ppf(0.975, len(names) - 1) * error)
    return float(each.mean()) - half, float(each.mean()) + half
