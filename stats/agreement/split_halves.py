"""Split-half reliability of the differences between pairs of observers."""

from __future__ import annotations

import numpy as np

from stats.agreement.kappa_resamples import NO_WIDTH
from stats.agreement.observer_pairs import Pairs
from stats.table.arrays import FloatArray

SPLITS, FEWEST_SPLITS = 50, 5  # random halves of the photos
MOST_KAPPAS = 4_000_000  # pairs times splits: with very many pairs a few halves tell the same
FEWEST_PAIRS = 3  # of which a correlation says anything


def reliability(pairs: Pairs, rng: np.random.Generator) -> float | None:
    """Return how well the kappas of pairs on half of the photos tell those on the other half.

    Mean correlation over random halves (50; fewer, at least 5, for very many pairs), stepped up to the whole
    by the formula of Spearman and Brown; None for fewer than three pairs, or where pairs do not differ.

    Parameters
    ----------
    pairs
        That share enough photos.

    References
    ----------
    Spearman (1910) and Brown (1910), Br. J. Psychol. 3.

    Examples
    --------
    >>> from stats.agreement.simulated_observers import Group, simulated
    >>> rng = np.random.default_rng(0)
    >>> alike, strangers = simulated([Group(4, 0.7, 0.95), Group(4, 0.7, 0.0)], photos=400, rng=rng)
    >>> reliability(Pairs.of(alike, strangers, 20), rng) < 0.8
    True
    """
    if pairs.shared.size < FEWEST_PAIRS:
        return None
    place = np.unique(pairs.first.clusters, return_inverse=True)[1]
    units = int(place.max()) + 1
    whole = pairs.tallies(np.ones(place.size), by_class=False)
    splits = min(max(MOST_KAPPAS // pairs.shared.size, FEWEST_SPLITS), SPLITS)
    halves = ((rng.permutation(units) < units // 2).astype(float)[place] for _ in range(splits))
    tallies = (pairs.tallies(half, by_class=False) for half in halves)
    correlations = [_correlation(half.overall, whole.without(half).overall) for half in tallies]
    defined = [value for value in correlations if value is not None]
    if not defined:
        return None
    mean = float(np.mean(defined))
    return 2 * mean / (1 + mean) if mean > 0 else mean


def _correlation(first: FloatArray, second: FloatArray) -> float | None:
    """Return the correlation over pairs defined in both halves; None where they do not differ."""
    both = ~np.isnan(first) & ~np.isnan(second)
    if both.sum() < FEWEST_PAIRS or min(np.ptp(first[both]), np.ptp(second[both])) <= NO_WIDTH:
        return None
    return float(np.corrcoef(first[both], second[both])[0, 1])
