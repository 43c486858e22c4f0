"""The psychometric curve of one kind of observer: fitted to its trials and to every resample of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.inference.clustered import class_means
from stats.inference.isotonic import Monotone, monotone_check
from stats.psychophysics.psychometric import Curves, fit_curves
from stats.psychophysics.thresholds import Crossing, exact_bracket
from stats.table.arrays import Answers, FloatArray

FEWEST_PEOPLE = 2  # one person, resampled, is the same person: nothing is learnt about others


@dataclass(frozen=True)
class Curve:
    """A fitted psychometric curve of one kind of observer.

    Attributes
    ----------
    mu, s, lapse : centre and width in units of the axis, lapse rate in [0, 1]
    observed : (L,) macro-averaged accuracy by level; None without trials
    fitted, low, high : (G,) curve and pointwise bootstrap band on the grid
    monotone : whether the accuracies fall as a curve must
    """

    mu: float
    s: float
    lapse: float
    observed: tuple[float | None, ...]
    fitted: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    monotone: Monotone


@dataclass(frozen=True)
class FittedObservers:
    """One kind of observer over the levels, with its curve.

    Attributes
    ----------
    levels : (L,) answers, light to heavy
    accuracies : (1 + B, L) observed, then resampled; NaN without trials
    x : (L,) place of each level
    curves : 1 + B curves, fitted to each row of the accuracies
    categories : class names by code
    network : whether a single observer may be taken as given
    """

    levels: Sequence[Answers]
    accuracies: FloatArray
    x: FloatArray
    curves: Curves
    categories: tuple[str, ...]
    network: bool

    @classmethod
    def fitted(
        cls,
        levels: Sequence[Answers],
        replicates: FloatArray,
        x: FloatArray,
        categories: tuple[str, ...],
        *,
        network: bool,
    ) -> FittedObservers:
        """Fit a curve to the observed accuracies and to each row of the replicates, (B, L)."""
        observed = [class_means(level)[0].mean() if level.agent.size else np.nan for level in levels]
        accuracies = np.vstack([observed, replicates])  # (1 + B, L)
        curves = fit_curves(x, accuracies, _trials(levels), 1 / len(categories))
        return cls(levels, accuracies, x, curves, categories, network)

    @property
    def n_agents(self) -> int:
        """Number of observers over all levels."""
        return int(np.unique(np.concatenate([level.agent for level in self.levels])).size)

    @property
    def resampled(self) -> bool:
        """Whether resamples say anything about new observers."""
        return self.network or self.n_agents >= FEWEST_PEOPLE

    def curve(self, grid: FloatArray, alpha: float) -> Curve:
        """Return the fitted curve at the places of the grid, (G,), with its bootstrap band."""
        drawn = self.curves.at(grid)  # (1 + B, G)
        low, high = np.quantile(drawn[1:], [alpha / 2, 1 - alpha / 2], axis=0)
        trials = _trials(self.levels)
        observed, replicates = self.accuracies[0], self.accuracies[1:, trials > 0]
        complete = replicates[~np.isnan(replicates).any(axis=1)]  # in a rare resample a level lost all trials
        return Curve(
            mu=float(self.curves.mu[0]),
            s=float(self.curves.s[0]),
            lapse=float(self.curves.lapse[0]),
            observed=tuple(None if np.isnan(value) else float(value) for value in observed),
            fitted=tuple(drawn[0].tolist()),
            low=tuple(low.tolist()),
            high=tuple(high.tolist()),
            monotone=monotone_check(observed[trials > 0], complete, trials[trials > 0]),
        )

    def crossing(self, accuracy: float, alpha: float) -> Crossing:
        """Return where the curve and its resamples fall through an accuracy."""
        bracket = exact_bracket(
            self.levels, self.x, accuracy, alpha, self.categories, conditional=self.network
        )
        return Crossing(self.curves.crossing(accuracy), self.x, alpha, bracket, self.resampled)


def _trials(levels: Sequence[Answers]) -> FloatArray:
    return np.array([level.n_trials for level in levels], dtype=float)
