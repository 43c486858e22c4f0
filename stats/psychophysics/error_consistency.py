"""Error consistency: do two observers stumble over the same photos more than their accuracies explain?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.table.arrays import Answers, FloatArray, IntArray, encode
from stats.table.tidy import tidy

NO_WIDTH = 1e-9
UNDEFINED = "kappa is undefined: no errors, or only errors, on shared photos"
ONE_PERSON = "one person says nothing about others"
NO_SPREAD = "the answers do not vary: all resamples agree"


@dataclass(frozen=True)
class Agreement:
    """Cohen's kappa between kinds of observers at one level, averaged over pairs.

    Attributes
    ----------
    crop_level : the level
    pair : "human-human", "human-machine" or "machine-machine"
    kappa : mean over the pairs for which it is defined; None where it is for none (never 1 by convention)
    ci_low, ci_high : bootstrap interval over photos and observers; None where there is none
    bound_low, bound_high : mean of the bounds that the accuracies leave to kappa
    observed, expected : mean share of equal correctness, and what independence would give
    n_pairs, n_undefined : pairs that share photos, and those whose kappa is undefined
    n_items : photos that both kinds judged
    reason : why there is no interval, or ""
    """

    crop_level: float
    pair: str
    kappa: float | None
    ci_low: float | None
    ci_high: float | None
    bound_low: float | None
    bound_high: float | None
    observed: float
    expected: float
    n_pairs: int
    n_undefined: int
    n_items: int
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def kappa(observed: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return Cohen's kappa; NaN where both are always right or always wrong and it is undefined.

    Parameters
    ----------
    observed : float
        Share of photos on which both are right or both wrong.
    first, second : float
        Accuracies on the shared photos.

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.
    """
    expected = first * second + (1 - first) * (1 - second)
    room = 1 - expected
    defined = room > 1e-12
    return np.where(defined, (observed - expected) / np.where(defined, room, 1.0), np.nan)


def kappa_bounds(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest kappa that two accuracies allow."""
    least, most = np.abs(first + second - 1), 1 - np.abs(first - second)
    return kappa(least, first, second), kappa(most, first, second)


def error_consistency(
    trials: pd.DataFrame,
    *,
    alpha: float = 0.05,
    resamples: int = 1000,
    seed: int = 0,
    mode: str | None = None,
) -> list[Agreement]:
    """Measure error consistency per level within and between people and machines.

    Parameters
    ----------
    trials
        Tidy table of trials.
    alpha
        Of the intervals.
    resamples, seed
        Of the two-way bootstrap over photos (by source where known) and observers.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table cannot be used.
    """
    coded = encode(own_level_only(tidy(trials, mode).primary))
    rng = np.random.default_rng(seed)
    found = []
    for level, human, machine in coded.pairs():
        sides = {"human": _matrix(human, human, machine), "machine": _matrix(machine, human, machine)}
        for pair in ("human-human", "human-machine", "machine-machine"):
            first, second = (sides[name] for name in pair.split("-"))
            group = _Pairs.of(first, second, same=first is second)
            if group is not None:
                found.append(group.agreement(level, pair, _clusters(human, machine), alpha, resamples, rng))
    return found


@dataclass(frozen=True)
class _Pairs:
    """Two tables of correctness (agents, photos) whose rows are paired; NaN is a photo not judged.

    Attributes
    ----------
    seen, right : of both sides: which photos were judged, and which rightly, as 0 and 1
    places : which (row, row) pairs count; within one table each pair once
    same : both sides are the same observers
    """

    seen: tuple[FloatArray, FloatArray]
    right: tuple[FloatArray, FloatArray]
    places: tuple[IntArray, IntArray]
    same: bool

    @classmethod
    def of(cls, first: FloatArray, second: FloatArray, *, same: bool) -> _Pairs | None:
        seen = ((~np.isnan(first)).astype(float), (~np.isnan(second)).astype(float))
        shared = seen[0] @ seen[1].T > 0
        places = np.nonzero(np.triu(shared, 1) if same else shared)
        if places[0].size == 0:
            return None
        return cls(seen, (np.nan_to_num(first), np.nan_to_num(second)), (places[0], places[1]), same)

    def kappas(self, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return kappa, observed agreement and both accuracies of every pair under photo weights."""
        seen, right = (side[0] * weights for side in (self.seen, self.right))
        total = (seen @ self.seen[1].T)[self.places]
        known = np.where(total > 0, total, np.nan)
        one = (right @ self.seen[1].T)[self.places] / known
        other = (seen @ self.right[1].T)[self.places] / known
        both = (right @ self.right[1].T)[self.places] / known
        observed = 1 - one - other + 2 * both
        return kappa(observed, one, other), observed, one, other

    def agreement(
        self,
        level: float,
        pair: str,
        clusters: FloatArray,
        alpha: float,
        resamples: int,
        rng: np.random.Generator,
    ) -> Agreement:
        everyone = np.ones(self.seen[0].shape[1])
        value, observed, one, other = self.kappas(everyone)
        low, high = kappa_bounds(one, other)
        lone = ONE_PERSON if pair.startswith("human") and len(self.seen[0]) == 1 else ""
        reason = UNDEFINED if _mean(value) is None else lone
        interval = (None, None) if reason else self._interval(clusters, alpha, resamples, rng)
        expected = one * other + (1 - one) * (1 - other)
        return Agreement(
            level,
            pair,
            _mean(value),
            *interval,
            _mean(low),
            _mean(high),
            float(observed.mean()),
            float(expected.mean()),
            len(value),
            int(np.isnan(value).sum()),
            self._n_items(),
            reason or ("" if interval[0] is not None else NO_SPREAD),
        )

    def _n_items(self) -> int:
        return int((self.seen[0].any(axis=0) & self.seen[1].any(axis=0)).sum())

    def _interval(
        self, clusters: FloatArray, alpha: float, resamples: int, rng: np.random.Generator
    ) -> tuple[float | None, float | None]:
        """Resample photo clusters and observers; a single observer stays."""
        names = np.unique(clusters)
        place = np.searchsorted(names, clusters)
        means = []
        for _ in range(resamples):
            photos = _times(names.size, rng)[place]
            mean = _mean(self.kappas(photos)[0], self._observers(rng))
            means += [] if mean is None else [mean]
        if not means:
            return None, None
        low, high = np.quantile(means, [alpha / 2, 1 - alpha / 2])
        return (float(low), float(high)) if high - low > NO_WIDTH else (None, None)

    def _observers(self, rng: np.random.Generator) -> FloatArray:
        """Return how often each pair is in a resample of observers."""
        first = _times(len(self.seen[0]), rng)
        second = first if self.same else _times(len(self.seen[1]), rng)
        return first[self.places[0]] * second[self.places[1]]


def _times(units: int, rng: np.random.Generator) -> FloatArray:
    return np.bincount(rng.integers(0, units, units), minlength=units).astype(float)


def _mean(values: FloatArray, weights: FloatArray | None = None) -> float | None:
    """Return the mean of the defined values, None where there is none."""
    weight = np.ones(values.size) if weights is None else weights
    held = ~np.isnan(values) & (weight > 0)
    return float(np.average(values[held], weights=weight[held])) if held.any() else None


def _items(human: Answers, machine: Answers) -> IntArray:
    return np.unique(np.concatenate([human.item, machine.item]))


def _matrix(side: Answers, human: Answers, machine: Answers) -> FloatArray:
    """Return correctness (agents, photos of the level), NaN where a photo was not judged."""
    items, agents = _items(human, machine), np.unique(side.agent)
    table = np.full((agents.size, items.size), np.nan)
    table[np.searchsorted(agents, side.agent), np.searchsorted(items, side.item)] = side.correct
    return table


def _clusters(human: Answers, machine: Answers) -> FloatArray:
    """Return the cluster of every photo of the level."""
    items = _items(human, machine)
    clusters = np.zeros(items.size)
    for side in (human, machine):
        clusters[np.searchsorted(items, side.item)] = side.cluster
    return clusters
