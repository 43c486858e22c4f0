"""Looking before the end, honestly: planned looks, or an interval that holds at every moment.

A person is the unit: looks are counted in people, not in trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from stats.table.arrays import BoolArray, FloatArray

GRID = 1201
STEP = 0.001
MEANS = np.linspace(0, 1, 1001)  # candidate means of the confidence sequence
BOLDEST = 0.5  # share of the capital that one person may cost


@dataclass(frozen=True)
class Look:
    """One planned look.

    Attributes
    ----------
    information : share of the planned people in at this look
    z : rejection needs a z beyond it
    p : the same as a one-sided nominal p
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
    ValueError
        When the shares do not ascend to 1.

    References
    ----------
    Lan & DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
    Jennison & Turnbull (2000), Group Sequential Methods, chapter 19 (recursive integration).
    """
    shares = np.asarray(information, dtype=float)
    if shares.size == 0 or shares[0] <= 0 or (np.diff(shares) <= 0).any() or abs(shares[-1] - 1) > 1e-12:
        raise ValueError("looks must be shares of the planned people that ascend to 1, for example .33 .67 1")
    spent = 2 * stats.norm.sf(stats.norm.isf(alpha / 2) / np.sqrt(shares))
    looks, density, before = [], None, 0.0
    for place, (share, total) in enumerate(zip(shares, spent, strict=True)):
        step = share - (shares[place - 1] if place else 0.0)
        density = _Density.first(step) if density is None else density.after(step)
        cut = density.upper(float(total) - before)
        z = cut / math.sqrt(share)
        looks.append(Look(float(share), z, float(stats.norm.sf(z)), float(total)))
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
        return cls(x, np.asarray(stats.norm.pdf(x, scale=math.sqrt(variance))))

    def after(self, variance: float) -> _Density:
        """Add an independent normal increment."""
        reach = 9 * math.sqrt(variance)
        x = np.linspace(self.x[0] - reach, self.x[-1] + reach, GRID)
        kernel = stats.norm.pdf(x[:, None] - self.x[None, :], scale=math.sqrt(variance))
        return _Density(x, np.asarray(np.trapezoid(kernel * self.y, self.x, axis=1)))

    def upper(self, probability: float) -> float:
        """Return the cut above which this much probability lies."""

        def excess(cut: float) -> float:
            return self._tail(cut) - probability

        return float(optimize.brentq(excess, self.x[0], self.x[-1]))

    def _tail(self, cut: float) -> float:
        x = np.linspace(cut, self.x[-1], GRID)
        return float(np.trapezoid(np.interp(x, self.x, self.y), x))

    def below(self, cut: float) -> _Density:
        x = np.linspace(self.x[0], cut, GRID)
        return _Density(x, np.interp(x, self.x, self.y))


@dataclass(frozen=True)
class Running:
    """A confidence sequence: intervals that hold at all sample sizes at once.

    Attributes
    ----------
    estimates, low, high : (n,) after each person; low and high lie in [0, 1]
    """

    estimates: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def confidence_sequence(scores: Sequence[float], alpha: float, *, planned: int) -> Running:
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
        Chance that the interval is ever wrong.
    planned
        Number of people at which the sequence shall be tightest.

    References
    ----------
    Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, J. R. Stat. Soc. B
    86 (the hedged capital process, theorem 3).
    """
    x = np.asarray(scores, dtype=float)
    stakes = _stakes(x, alpha, planned)[:, None]
    gain = x[:, None] - MEANS
    with np.errstate(divide="ignore"):  # against a mean of 0 (or 1) no stake can ruin the gambler
        rising = np.log1p(np.minimum(stakes, BOLDEST / MEANS) * gain).cumsum(axis=0)
        falling = np.log1p(-np.minimum(stakes, BOLDEST / (1 - MEANS)) * gain).cumsum(axis=0)
    kept = np.maximum(rising, falling) < math.log(2 / alpha)  # each side is given half the capital
    means = np.cumsum(x) / np.arange(1, x.size + 1)
    low, high = _ends(kept, means)
    return Running(tuple(means.tolist()), tuple(low.tolist()), tuple(high.tolist()))


def _stakes(x: FloatArray, alpha: float, planned: int) -> FloatArray:
    """Return the stake on each person, (n,), which only earlier people may decide."""
    n = np.arange(1, x.size + 1)
    means = (0.5 + np.cumsum(x)) / (n + 1)  # starts from one imagined person of accuracy .5, variance .25
    variance = (0.25 + np.cumsum((x - means) ** 2)) / (n + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    return np.asarray(np.sqrt(2 * math.log(2 / alpha) / (before * np.maximum(n, planned))))


def _ends(kept: BoolArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the means that are kept, one step of the grid wider, so that nothing is cut off."""
    kept = kept | (np.abs(MEANS - means[:, None]) <= STEP)
    first, last = kept.argmax(axis=1), MEANS.size - 1 - kept[:, ::-1].argmax(axis=1)
    return MEANS[np.maximum(first - 1, 0)], MEANS[np.minimum(last + 1, MEANS.size - 1)]
