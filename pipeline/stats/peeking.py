"""Looking before the end, honestly: planned looks, or an interval that holds at every moment.

A person is the unit: looks are counted in people, not in trials.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from .answers import FloatArray

GRID = 1201


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
    def first(cls, variance: float) -> "_Density":
        x = np.linspace(-9, 9, GRID) * math.sqrt(variance)
        return cls(x, np.asarray(stats.norm.pdf(x, scale=math.sqrt(variance))))

    def after(self, variance: float) -> "_Density":
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

    def below(self, cut: float) -> "_Density":
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
    """Return an asymptotic confidence sequence for mean accuracy over people.

    The photos are those of the study: the sequence speaks about new people, not about new photos.

    Parameters
    ----------
    scores : (n,) float
        One accuracy per person, in order of completion.
    alpha
        Chance that the interval is ever wrong.
    planned
        Number of people at which the sequence shall be tightest.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Time-uniform central limit theory and asymptotic
    confidence sequences, Ann. Stat. 52.
    """
    x = np.asarray(scores, dtype=float)
    n = np.arange(1, x.size + 1)
    means = np.cumsum(x) / n
    variance = np.maximum(np.cumsum(x**2) / n - means**2, 0.0)
    # A person or two show no spread: until five are in, accuracy may vary as much as it can.
    sd = np.where(n < 5, 0.5, np.sqrt(np.maximum(variance, 1 / (4 * n**2))))
    log_alpha = -2 * math.log(alpha)
    rho2 = (log_alpha + math.log(log_alpha + 1)) / planned
    half = sd * np.sqrt((2 * (n * rho2 + 1) / (n**2 * rho2)) * np.log(np.sqrt(n * rho2 + 1) / alpha))
    low, high = np.clip(means - half, 0, 1), np.clip(means + half, 0, 1)
    return Running(tuple(means.tolist()), tuple(low.tolist()), tuple(high.tolist()))
