"""Resamples of photos and observers, the same for all kinds of pairs at a level, and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.agreement.observer_pairs import Pairs
from stats.table.arrays import FloatArray

NO_WIDTH = 1e-9
NUMBERS_AT_ONCE = 1_000_000  # of photos and resamples of some pairs: tens of megabytes

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


def percentile_interval(means: FloatArray, alpha: float) -> Interval:
    """Return the interval of resampled means, (B,), without those that are NaN; none where it has no width.

    Examples
    --------
    >>> percentile_interval(np.array([0.1, 0.2, 0.3, np.nan]), alpha=1.0)
    (None, None)
    >>> low, high = percentile_interval(np.linspace(0, 1, 101), alpha=0.1)
    >>> round(low, 2), round(high, 2)
    (0.05, 0.95)
    """
    defined = means[~np.isnan(means)]
    if not defined.size:
        return NOWHERE
    low, high = np.quantile(defined, [alpha / 2, 1 - alpha / 2])
    return NOWHERE if high - low <= NO_WIDTH else (float(low), float(high))


@dataclass(frozen=True)
class Replicates:
    """Resampled means over the pairs of one kind, (B,) each; NaN where a resample holds no pair.

    Attributes
    ----------
    overall, within : kappa overall and beyond what the accuracies of each class explain
    copied : share of photos on which one observer copies the other, midway between both directions
    photos_alone, observers_alone : kappa overall, where only photos or only observers are resampled
    """

    overall: FloatArray
    within: FloatArray
    copied: FloatArray
    photos_alone: FloatArray
    observers_alone: FloatArray


def replicates(
    every_pairs: Sequence[Pairs], resamples: int, rng: np.random.Generator, *, by_class: bool = True
) -> list[Replicates]:
    """Resample photos (by source) and observers, once for all kinds of pairs of a level.

    Observers who are the same object in several kinds are drawn once for all of them, and so are the photos:
    differences between kinds keep what they have in common. A single network stays as it is. What a pair
    shares depends on the photos alone and how much it weighs on the observers, so that all resamples of many
    pairs are one product of matrices.

    Parameters
    ----------
    every_pairs
        Pairs of each kind, on the same photos.
    resamples
        Number of replicates, B.
    by_class
        False where kappa within classes is not wanted; it is then that of a single class.

    Examples
    --------
    >>> from stats.agreement.simulated_observers import Group, simulated
    >>> (people,) = simulated([Group(6, 0.7, 0.8)], photos=100, rng=np.random.default_rng(0))
    >>> (drawn,) = replicates([Pairs.of(people, people, 20)], 50, np.random.default_rng(1))
    >>> drawn.overall.shape, bool(0.02 < drawn.overall.std() < 0.2)
    ((50,), True)
    """
    if not every_pairs:
        return []
    source = np.unique(every_pairs[0].first.clusters, return_inverse=True)[1]
    photos = _times(int(source.max()) + 1, resamples, rng)[source]
    sides = {id(side): side for pairs in every_pairs for side in (pairs.first, pairs.second)}
    times = {key: _times(len(side.seen), resamples, rng) for key, side in sides.items()}
    return [
        _resampled(pairs, photos, times[id(pairs.first)], times[id(pairs.second)], by_class)
        for pairs in every_pairs
    ]


def _times(units: int, resamples: int, rng: np.random.Generator) -> FloatArray:
    """Draw how often each unit is in each resample, (units, B)."""
    picked = rng.integers(0, units, (units, resamples)) * resamples + np.arange(resamples)
    return np.bincount(picked.ravel(), minlength=units * resamples).reshape(units, resamples).astype(float)


def _resampled(
    pairs: Pairs, photos: FloatArray, first: FloatArray, second: FloatArray, by_class: bool
) -> Replicates:
    """Return the replicates of one kind of pairs, a few pairs at a time."""
    resamples = photos.shape[1]
    rows, columns = np.nonzero(pairs.counted)
    means = [_Mean(resamples) for _ in range(5)]
    size = max(NUMBERS_AT_ONCE // (4 * (len(photos) + resamples * np.unique(pairs.first.classes).size)), 1)
    for start in range(0, rows.size, size):
        some = slice(start, start + size)
        drawn = pairs.resampled(rows[some], columns[some], photos, by_class=by_class)
        whole = pairs.resampled(rows[some], columns[some], np.ones((len(photos), 1)), by_class=False)
        observers = first[rows[some]] * second[columns[some]]
        weights = drawn.shared * observers
        by_worse, by_better = drawn.copied
        values = (drawn.overall, drawn.within, (by_worse + by_better) / 2, drawn.overall, whole.overall)
        for mean, value, weight in zip(
            means, values, (weights, weights, weights, drawn.shared, whole.shared * observers), strict=True
        ):
            mean.add(value, weight)
    return Replicates(*(mean.value for mean in means))


class _Mean:
    """A weighted mean of the values that are defined, per resample, (B,)."""

    def __init__(self, resamples: int) -> None:
        self._sum, self._weights = np.zeros(resamples), np.zeros(resamples)

    def add(self, values: FloatArray, weights: FloatArray) -> None:
        """Add values (P, B) or (P, 1) with their weights (P, B)."""
        defined = ~np.isnan(values)
        self._sum += (np.where(defined, values, 0.0) * weights).sum(axis=0)
        self._weights += (defined * weights).sum(axis=0)

    @property
    def value(self) -> FloatArray:
        """The mean; NaN where nothing weighs."""
        nowhere = np.full(self._sum.size, np.nan)
        return np.asarray(np.divide(self._sum, self._weights, out=nowhere, where=self._weights > 0))
