"""Looks at a running study: planned ones that spend alpha, or an interval that holds at every moment.

A person is the unit: looks are counted in people, not in trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from stats.inference.look_shares import checked_shares
from stats.table.arrays import BoolArray, FloatArray

GRID = 1201
STEP = 0.001
MEANS = np.linspace(0, 1, 1001)  # candidate means of the confidence sequence
LARGEST_STAKE = 0.5  # share of the capital that one person may cost


@dataclass(frozen=True)
class Look:
    """One planned look.

    Attributes
    ----------
    information : share of the planned people who have taken part at this look
    z : a statistic beyond it rejects
    p : the same boundary as a one-sided nominal p
    spent : alpha spent up to and including this look
    """

    information: float
    z: float
    p: float
    spent: float


def planned_looks(information: Sequence[float], alpha: float) -> list[Look]:
    """Return O'Brien-Fleming-type boundaries by alpha spending, one-sided.

    Parameters
    ----------
    information
        Shares of the planned people at each look, ascending, the last one 1.
    alpha
        One-sided error over all looks.

    Raises
    ------
    CriteriaError
        When the shares do not ascend to 1.

    References
    ----------
    Lan & DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
    Jennison & Turnbull (2000), Group Sequential Methods, chapter 19 (recursive integration).

    Examples
    --------
    >>> half, end = planned_looks([0.5, 1.0], alpha=0.025)
    >>> round(half.z, 2), round(end.z, 2), round(half.spent, 4), round(end.spent, 3)
    (2.96, 1.97, 0.0015, 0.025)
    """
    shares = np.array(checked_shares(information))
    spent = 2 * special.ndtr(special.ndtri(alpha / 2) / np.sqrt(shares))
    looks, density, before = [], None, 0.0
    for place, (share, total) in enumerate(zip(shares, spent, strict=True)):
        step = share - (shares[place - 1] if place else 0.0)
        density = _Density.first(step) if density is None else density.after(step)
        cut = density.upper(float(total) - before)
        z = cut / math.sqrt(share)
        looks.append(Look(float(share), z, float(special.ndtr(-z)), float(total)))
        density, before = density.below(cut), float(total)
    return looks


@dataclass(frozen=True)
class _Density:
    """Density of the running sum, of those studies that have not stopped, on a grid."""

    x: FloatArray
    y: FloatArray

    @classmethod
    def first(cls, variance: float) -> _Density:
        x = np.linspace(-9, 9, GRID) * math.sqrt(variance)
        return cls(x, _normal(x, variance))

    def after(self, variance: float) -> _Density:
        """Add an independent normal increment."""
        reach = 9 * math.sqrt(variance)
        x = np.linspace(self.x[0] - reach, self.x[-1] + reach, GRID)
        kernel = _normal(x[:, None] - self.x[None, :], variance)
        return _Density(x, np.asarray(np.trapezoid(kernel * self.y, self.x, axis=1)))

    def upper(self, probability: float) -> float:
        """Return the cut above which this much probability lies."""

        def excess(cut: float) -> float:
            x = np.linspace(cut, self.x[-1], GRID)
            return float(np.trapezoid(np.interp(x, self.x, self.y), x)) - probability

        return float(optimize.brentq(excess, self.x[0], self.x[-1]))

    def below(self, cut: float) -> _Density:
        """Return the part of the density below a cut: the studies that go on."""
        x = np.linspace(self.x[0], cut, GRID)
        return _Density(x, np.interp(x, self.x, self.y))


def _normal(x: FloatArray, variance: float) -> FloatArray:
    """Return the density of the normal distribution around 0."""
    return np.asarray(np.exp(-(x**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance))


@dataclass(frozen=True)
class ConfidenceSequence:
    """Intervals that hold at all sample sizes at once.

    Attributes
    ----------
    estimates : (n,) mean accuracy after each person
    low, high : (n,) ends of the interval after each person, in [0, 1]
    """

    estimates: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def confidence_sequence(scores: Sequence[float], alpha: float, *, planned: int) -> ConfidenceSequence:
    """Return a confidence sequence for mean accuracy over people, exact at every sample size.

    Against each candidate mean a gambler bets on the next person's score before it is seen; a mean is ruled
    out while the gambler's capital exceeds 1/alpha, which by Ville's inequality ever happens to the true mean
    with a chance of alpha at most. All that is assumed is that scores lie in [0, 1] and that people are drawn
    independently. The photos are those of the study: nothing is said about new photos.

    Parameters
    ----------
    scores : (n,) float
        One accuracy per person, in order of completion, within [0, 1].
    alpha
        Largest chance that the interval is ever wrong.
    planned
        Number of people at which the sequence is to be narrowest.

    References
    ----------
    Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, J. R. Stat. Soc. B
    86 (the hedged capital process, theorem 3).

    Examples
    --------
    >>> sequence = confidence_sequence([0.9, 0.8, 1.0, 0.9] * 10, alpha=0.05, planned=40)
    >>> round(sequence.estimates[-1], 3), round(sequence.low[-1], 2), round(sequence.high[-1], 2)
    (0.9, 0.75, 0.94)
    """
    x = np.asarray(scores, dtype=float)
    stakes = _stakes(x, alpha, planned)[:, None]
    gain = x[:, None] - MEANS
    with np.errstate(divide="ignore"):  # against a mean of 0 (or 1) no stake can ruin the gambler
        rising = np.log1p(np.minimum(stakes, LARGEST_STAKE / MEANS) * gain).cumsum(axis=0)
        falling = np.log1p(-np.minimum(stakes, LARGEST_STAKE / (1 - MEANS)) * gain).cumsum(axis=0)
    plausible = np.maximum(rising, falling) < math.log(2 / alpha)  # each side is given half the capital
    means = np.cumsum(x) / np.arange(1, x.size + 1)
    low, high = _ends(plausible, means)
    return ConfidenceSequence(tuple(means.tolist()), tuple(low.tolist()), tuple(high.tolist()))


def _stakes(x: FloatArray, alpha: float, planned: int) -> FloatArray:
    """Return the stake on each person, (n,), which only earlier people may decide."""
    n = np.arange(1, x.size + 1)
    means = (0.5 + np.cumsum(x)) / (n + 1)  # starts from one imagined person of accuracy .5, variance .25
    variance = (0.25 + np.cumsum((x - means) ** 2)) / (n + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    return np.asarray(np.sqrt(2 * math.log(2 / alpha) / (before * np.maximum(n, planned))))


def _ends(plausible: BoolArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the plausible means, one step of the grid wider, so that nothing is cut off."""
    plausible = plausible | (np.abs(MEANS - means[:, None]) <= STEP)  # (n, candidates)
    first, last = plausible.argmax(axis=1), MEANS.size - 1 - plausible[:, ::-1].argmax(axis=1)
    return MEANS[np.maximum(first - 1, 0)], MEANS[np.minimum(last + 1, MEANS.size - 1)]
