"""How alike the attention of several attackers is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from attacker.errors import DataError

Floats = NDArray[np.float64]


def stability(maps: Sequence[ArrayLike]) -> float:
    """Return how alike the attention of several attackers is.

    Parameters
    ----------
    maps
        One array [n, g, g] per attacker, such as the seeds of one config, for the same photos; at least two.

    Returns
    -------
    Mean Spearman correlation over photos and pairs of attackers, in [-1, 1]. Pairs with a map without
    contrast are left out; NaN where no pair is left.

    Raises
    ------
    DataError
        If there are fewer than two attackers.

    Examples
    --------
    >>> attention = np.arange(4.0).reshape(1, 2, 2)
    >>> stability([attention, 10 * attention]), stability([attention, -attention])
    (1.0, -1.0)
    """
    if len(maps) < 2:
        raise DataError("stability needs the maps of at least two attackers")
    ranks = [_ranked(np.asarray(of_attacker)) for of_attacker in maps]
    pairs = [(a * b).sum(1) for i, a in enumerate(ranks) for b in ranks[:i]]
    return float(np.nanmean(pairs)) if np.isfinite(pairs).any() else float("nan")


def _ranked(maps: NDArray[np.floating]) -> Floats:
    """Return unit-length centred ranks of each map's cells, [n, cells]; NaN for a map without contrast."""
    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    ranks -= ranks.mean(1, keepdims=True)
    length = np.linalg.norm(ranks, axis=1, keepdims=True)
    unit: Floats = ranks / np.where(length > 0, length, np.nan)
    return unit
