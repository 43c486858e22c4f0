"""Resamples of pairs of observers: the interval of a mean kappa, and its split-half reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.psychophysics.observer_pairs import Pairs
from stats.table.arrays import FloatArray

NO_WIDTH = 1e-9
SPLITS, FEWEST_SPLITS = 50, 5  # random halves of the photos
MOST_KAPPAS = 4_000_000  # pairs times splits: with very many pairs a few halves tell the same
FEWEST_PAIRS = 3  # of which a correlation says anything
ONE_PERSON = "one person says nothing about others"
NO_SPREAD = "the answers do not vary: all resamples agree"

Interval = tuple[float | None, float | None]
NOWHERE: Interval = (None, None)


def mean_kappa(values: FloatArray, weights: FloatArray) -> float | None:
    """Return the weighted mean of the values that are defined; None where there is none.

    Examples
    --------
    >>> mean_kappa(np.array([0.2, np.nan, 0.6]), np.array([30.0, 100.0, 10.0]))
    0.3
    >>> mean_kappa(np.array([np.nan]), np.array([20.0])) is None
    True
    """
    counted = ~np.isnan(values) & (weights > 0)
    return float(np.average(values[counted], weights=weights[counted])) if counted.any() else None


@dataclass(frozen=True)
class Resampling:
    """How resamples are drawn.

    Attributes
    ----------
    alpha : error rate of the two-sided intervals
    resamples : of the bootstrap over photos and observers
    rng : source of chance
    """

    alpha: float
    resamples: int
    rng: np.random.Generator

    def intervals(self, pairs: Pairs, lone_person: bool) -> tuple[Interval, Interval, str]:
        """Return the intervals of kappa overall and within classes, or why there are none.

        Photos (by source) and observers are both resampled; a single network stays, a single person allows no
        interval.
        """
        if lone_person:
            return NOWHERE, NOWHERE, ONE_PERSON
        place = np.unique(pairs.first.clusters, return_inverse=True)[1]
        overall, within = [], []
        for _ in range(self.resamples):
            photos = self._times(int(place.max()) + 1)[place]
            first = self._times(pairs.sizes[0])
            second = first if pairs.same else self._times(pairs.sizes[1])
            drawn, weights = pairs.resampled(first, second, photos)
            overall.append(mean_kappa(drawn.overall, weights))
            within.append(mean_kappa(drawn.within, weights))
        bounds = self._between(overall)
        return bounds, self._between(within), "" if bounds[0] is not None else NO_SPREAD

    def reliability(self, pairs: Pairs) -> float | None:
        """Return how well the kappas of pairs on half of the photos tell those on the other half.

        Mean correlation over random halves (50; fewer, at least 5, for very many pairs), stepped up to the
        whole by the formula of Spearman and Brown; None for fewer than three pairs, or where pairs do not
        differ.

        References
        ----------
        Spearman (1910) and Brown (1910), Br. J. Psychol. 3.
        """
        if pairs.shared.size < FEWEST_PAIRS:
            return None
        place = np.unique(pairs.first.clusters, return_inverse=True)[1]
        units = int(place.max()) + 1
        whole = pairs.tallies(np.ones(place.size), by_class=False)
        splits = min(max(MOST_KAPPAS // pairs.shared.size, FEWEST_SPLITS), SPLITS)
        halves = ((self.rng.permutation(units) < units // 2).astype(float)[place] for _ in range(splits))
        tallies = (pairs.tallies(half, by_class=False) for half in halves)
        correlations = [_correlation(half.overall, whole.without(half).overall) for half in tallies]
        defined = [value for value in correlations if value is not None]
        if not defined:
            return None
        mean = float(np.mean(defined))
        return 2 * mean / (1 + mean) if mean > 0 else mean

    def _between(self, means: list[float | None]) -> Interval:
        defined = [mean for mean in means if mean is not None]
        if not defined:
            return NOWHERE
        low, high = np.quantile(defined, [self.alpha / 2, 1 - self.alpha / 2])
        return NOWHERE if high - low <= NO_WIDTH else (float(low), float(high))

    def _times(self, units: int) -> FloatArray:
        """Draw how often each unit is in a resample, (units,)."""
        return np.bincount(self.rng.integers(0, units, units), minlength=units).astype(float)


def _correlation(first: FloatArray, second: FloatArray) -> float | None:
    """Return the correlation over pairs defined in both halves; None where they do not differ."""
    both = ~np.isnan(first) & ~np.isnan(second)
    if both.sum() < FEWEST_PAIRS or min(np.ptp(first[both]), np.ptp(second[both])) <= NO_WIDTH:
        return None
    return float(np.corrcoef(first[both], second[both])[0, 1])
