"""Error consistency: how far observers err on the same photos beyond what their accuracies explain."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.psychophysics.kappa import expected_agreement, kappa, kappa_bounds
from stats.table.arrays import Answers, FloatArray, IntArray, encode
from stats.table.tidy import tidy

PAIRS = ("human-human", "human-machine", "machine-machine")
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

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.

    Examples
    --------
    Two networks that err on the same two of eight photos, and a third that errs on two others.

    >>> import pandas as pd
    >>> answers = {"net1": "00111111", "net2": "00111111", "net3": "11111100"}
    >>> rows = [(net, f"photo{n}", int(bit)) for net, bits in answers.items() for n, bit in enumerate(bits)]
    >>> trials = pd.DataFrame(rows, columns=["agent_id", "item_id", "correct"])
    >>> trials = trials.assign(agent_type="model", category="dunk", crop_level=0)
    >>> (agreement,) = error_consistency(trials, resamples=20)
    >>> agreement.pair, agreement.n_pairs, round(agreement.kappa, 3)
    ('machine-machine', 3, 0.111)
    """
    coded = encode(own_level_only(tidy(trials, mode).primary))
    rng = np.random.default_rng(seed)
    agreements = []
    for level, human, machine in coded.pairs():
        clusters = _clusters(human, machine)
        sides = {"human": _matrix(human, human, machine), "machine": _matrix(machine, human, machine)}
        for name in PAIRS:
            first, second = (sides[side] for side in name.split("-"))
            pairs = _Pairs.of(first, second, same=first is second)
            if pairs is not None:
                lone = name.startswith("human") and len(first) == 1
                interval = pairs.interval(clusters, alpha, resamples, rng, lone_person=lone)
                agreements.append(_agreement(level, name, pairs, *interval))
    return agreements


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
        shared = seen[0] @ seen[1].T > 0  # (first agents, second agents)
        places = np.nonzero(np.triu(shared, 1) if same else shared)
        if places[0].size == 0:
            return None
        return cls(seen, (np.nan_to_num(first), np.nan_to_num(second)), (places[0], places[1]), same)

    @property
    def n_items(self) -> int:
        return int((self.seen[0].any(axis=0) & self.seen[1].any(axis=0)).sum())

    def agreements(self, photos: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return observed agreement and both accuracies per pair, (P,), under weights (photos,)."""
        seen, right = (side[0] * photos for side in (self.seen, self.right))
        total = (seen @ self.seen[1].T)[self.places]
        known = np.where(total > 0, total, np.nan)
        first = (right @ self.seen[1].T)[self.places] / known
        second = (seen @ self.right[1].T)[self.places] / known
        both = (right @ self.right[1].T)[self.places] / known
        return 1 - first - second + 2 * both, first, second

    def interval(
        self,
        clusters: FloatArray,
        alpha: float,
        resamples: int,
        rng: np.random.Generator,
        *,
        lone_person: bool,
    ) -> tuple[float | None, float | None, str]:
        """Resample photo clusters and observers; return the interval of kappa, or why there is none."""
        everyone = np.ones(self.seen[0].shape[1])
        if _mean(kappa(*self.agreements(everyone))) is None:
            return None, None, UNDEFINED
        if lone_person:
            return None, None, ONE_PERSON
        names = np.unique(clusters)
        place = np.searchsorted(names, clusters)
        means = []
        for _ in range(resamples):
            photos = _times(names.size, rng)[place]
            mean = _mean(kappa(*self.agreements(photos)), self._observers(rng))
            means += [] if mean is None else [mean]
        low, high = np.quantile(means, [alpha / 2, 1 - alpha / 2]) if means else (0.0, 0.0)
        if high - low <= NO_WIDTH:
            return None, None, NO_SPREAD
        return float(low), float(high), ""

    def _observers(self, rng: np.random.Generator) -> FloatArray:
        """Return how often each pair is in a resample of observers; a single observer stays."""
        first = _times(len(self.seen[0]), rng)
        second = first if self.same else _times(len(self.seen[1]), rng)
        return first[self.places[0]] * second[self.places[1]]


def _agreement(
    level: float, name: str, pairs: _Pairs, low: float | None, high: float | None, reason: str
) -> Agreement:
    observed, first, second = pairs.agreements(np.ones(pairs.seen[0].shape[1]))
    values, bounds = kappa(observed, first, second), kappa_bounds(first, second)
    return Agreement(
        level,
        name,
        kappa=_mean(values),
        ci_low=low,
        ci_high=high,
        bound_low=_mean(bounds[0]),
        bound_high=_mean(bounds[1]),
        observed=float(observed.mean()),
        expected=float(expected_agreement(first, second).mean()),
        n_pairs=len(values),
        n_undefined=int(np.isnan(values).sum()),
        n_items=pairs.n_items,
        reason=reason,
    )


def _times(units: int, rng: np.random.Generator) -> FloatArray:
    """Draw how often each unit is in a resample, (units,)."""
    return np.bincount(rng.integers(0, units, units), minlength=units).astype(float)


def _mean(values: FloatArray, weights: FloatArray | None = None) -> float | None:
    """Return the mean of the defined values, None where there is none."""
    weight = np.ones(values.size) if weights is None else weights
    counted = ~np.isnan(values) & (weight > 0)
    return float(np.average(values[counted], weights=weight[counted])) if counted.any() else None


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
