"""The psychometric curve of one kind of observer: fitted to its trials and to every resample of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.clustered import class_means
from stats.inference.isotonic import Monotone, monotone_check
from stats.psychophysics.goodness_of_fit import Fit, goodness_of_fit
from stats.psychophysics.psychometric import Curves, fit_curves
from stats.psychophysics.thresholds import Crossing, exact_bracket
from stats.table.arrays import Answers, FloatArray

FEWEST_PEOPLE = 2  # one person, resampled, is the same person: nothing is learnt about others
GRID = 201


@dataclass(frozen=True)
class Curve:
    """A fitted psychometric curve of one kind of observer, over the levels at which it was tested.

    Attributes
    ----------
    mu, s, lapse : centre and width in units of the axis, lapse rate in [0, 1]
    x : (L,) place of each level tested
    observed, observed_low, observed_high : (L,) macro-averaged accuracy of each level with its own interval
    through : (L,) the curve at these places
    grid : (G,) where the curve is drawn, from the lightest to the heaviest level tested
    fitted, low, high : (G,) curve and pointwise bootstrap band on the grid
    monotone : whether the accuracies fall as a curve must
    fit : whether the curve describes them
    """

    mu: float
    s: float
    lapse: float
    x: tuple[float, ...]
    observed: tuple[float, ...]
    observed_low: tuple[float, ...]
    observed_high: tuple[float, ...]
    through: tuple[float, ...]
    grid: tuple[float, ...]
    fitted: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    monotone: Monotone
    fit: Fit


@dataclass(frozen=True)
class FittedObservers:
    """One kind of observer at the levels where it was tested, with its curve.

    Attributes
    ----------
    levels : (L,) answers, light to heavy, none empty
    accuracies : (1 + B, L) observed, then resampled
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
        chance: float,
    ) -> FittedObservers:
        """Fit a curve to the observed accuracies and to each row of the replicates, (B, all levels)."""
        tested = complete_levels(levels, categories)
        own, places = [levels[place] for place in tested], x[tested]
        observed = [class_means(level)[0].mean() for level in own]
        accuracies = np.vstack([observed, replicates[:, tested]])  # (1 + B, L)
        curves = fit_curves(places, accuracies, _trials(own), chance)
        return cls(own, accuracies, places, curves, categories, network)

    @property
    def n_agents(self) -> int:
        """Number of observers over all levels."""
        return int(np.unique(np.concatenate([level.agent for level in self.levels])).size)

    @property
    def resampled(self) -> bool:
        """Whether resamples say anything about new observers."""
        return self.network or self.n_agents >= FEWEST_PEOPLE

    def curve(self, alpha: float) -> Curve:
        """Return the fitted curve with its bootstrap band, and how well it fits."""
        grid = np.linspace(self.x.min(), self.x.max(), GRID)
        drawn = self.curves.at(grid)  # (1 + B, G)
        low, high = np.quantile(drawn[1:], [alpha / 2, 1 - alpha / 2], axis=0)
        trials, observed, replicates = _trials(self.levels), self.accuracies[0], self.accuracies[1:]
        complete = replicates[~np.isnan(replicates).any(axis=1)]  # in a rare resample a level lost all trials
        intervals = self._intervals(alpha)
        return Curve(
            mu=float(self.curves.mu[0]),
            s=float(self.curves.s[0]),
            lapse=float(self.curves.lapse[0]),
            x=tuple(self.x.tolist()),
            observed=tuple(observed.tolist()),
            observed_low=tuple(intervals[:, 0].tolist()),
            observed_high=tuple(intervals[:, 1].tolist()),
            through=tuple(self.curves.at(self.x)[0].tolist()),
            grid=tuple(grid.tolist()),
            fitted=tuple(drawn[0].tolist()),
            low=tuple(low.tolist()),
            high=tuple(high.tolist()),
            monotone=monotone_check(observed, complete, trials),
            fit=goodness_of_fit(self.x, self.accuracies, trials, self.curves, intervals),
        )

    def _intervals(self, alpha: float) -> FloatArray:
        """Return each level's own interval, (L, 2); there is nothing to test an accuracy against."""
        threshold = Threshold(0.5, Side.ABOVE, alpha, self.network)
        estimates = [accuracy(level, threshold, self.categories) for level in self.levels]
        return np.array([(estimate.ci_low, estimate.ci_high) for estimate in estimates])

    def crossing(self, accuracy: float, alpha: float) -> Crossing:
        """Return where the curve and its resamples fall through an accuracy."""
        bracket = exact_bracket(
            self.levels, self.x, accuracy, alpha, self.categories, conditional=self.network
        )
        return Crossing(self.curves.crossing(accuracy), self.x, alpha, bracket, self.resampled)

    def centre(self, alpha: float) -> Crossing:
        """Return where the curve and its resamples are halfway between guessing and their lapses."""
        everywhere = float(self.x.min()), float(self.x.max())
        return Crossing(self.curves.mu, self.x, alpha, everywhere, self.resampled)


def complete_levels(levels: Sequence[Answers], categories: tuple[str, ...]) -> list[int]:
    """Return the places of the levels that were answered in every class: only their averages can be compared.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> levels = [network_answers([1, 0], labels, list("ab")) for labels in ([0, 1], [0, 0])]
    >>> complete_levels(levels, ("dunk", "shoot"))
    [0]
    """
    return [place for place, level in enumerate(levels) if level.categories.size == len(categories)]


def _trials(levels: Sequence[Answers]) -> FloatArray:
    return np.array([level.n_trials for level in levels], dtype=float)
