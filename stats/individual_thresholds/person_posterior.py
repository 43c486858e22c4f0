"""What a person's answers say of the level that they need: the Psi-marginal method over a grid of curves.

The curve is p = g + (1 - g - lapse) Phi((ln x - location) / spread), where x is the share of the subject, or
of the photo's side, that a level keeps, and g is one over the number of classes. What is sought is the x at
which a person is right with the wanted accuracy; spread and lapse are nuisances.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
THRESHOLDS, BELOW, ABOVE = 61, 0.5, 1.25  # from and to these multiples of the heaviest and the lightest level
SPREADS, LAPSES = (0.1, 0.2, 0.35, 0.6, 1.0), (0.01, 0.05)
NORMAL = NormalDist()


@dataclass(frozen=True)
class Curves:
    """A grid of curves: every threshold with every spread and every lapse.

    Attributes
    ----------
    amounts
        What each level keeps, light to heavy, in (0, 1].
    guess
        Probability of a right guess.
    accuracy
        Probability of a right answer at the threshold, above `guess`.
    thresholds
        Logarithms of x at the threshold.
    spreads, lapses
        Nuisances, each in ascending order.
    """

    amounts: tuple[float, ...]
    guess: float
    accuracy: float
    thresholds: tuple[float, ...]
    spreads: tuple[float, ...] = SPREADS
    lapses: tuple[float, ...] = LAPSES

    @classmethod
    def over(cls, amounts: Sequence[float], guess: float, accuracy: float) -> Curves:
        """Return a grid whose thresholds reach a little beyond the levels on either side.

        Examples
        --------
        >>> curves = Curves.over((1.0, 0.5, 0.25), guess=1 / 3, accuracy=0.75)
        >>> round(math.exp(curves.thresholds[0]), 3), round(math.exp(curves.thresholds[-1]), 3)
        (0.125, 1.25)
        """
        ends = math.log(BELOW * min(amounts)), math.log(ABOVE * max(amounts))
        return cls(tuple(amounts), guess, accuracy, tuple(np.linspace(*ends, THRESHOLDS).tolist()))

    @property
    def nuisances(self) -> int:
        """Number of curves that share a threshold."""
        return len(self.spreads) * len(self.lapses)


@lru_cache(maxsize=64)
def right_under(curves: Curves) -> FloatArray:
    """Return the probability of a right answer at each level under each curve, (L, thresholds, nuisances).

    Examples
    --------
    >>> curves = Curves((1.0, 0.5), 0.5, 0.75, thresholds=(math.log(0.5),), spreads=(0.2,), lapses=(0.0,))
    >>> right_under(curves).round(3).tolist()
    [[[1.0]], [[0.75]]]
    """
    axes = np.meshgrid(curves.thresholds, curves.spreads, curves.lapses, indexing="ij")
    threshold, spread, lapse = (axis.reshape(len(curves.thresholds), -1) for axis in axes)
    room = 1 - curves.guess - lapse
    location = threshold - spread * np.vectorize(NORMAL.inv_cdf)((curves.accuracy - curves.guess) / room)
    steps = (np.log(curves.amounts)[:, None, None] - location) / spread
    right: FloatArray = curves.guess + room * np.vectorize(NORMAL.cdf)(steps)
    return right


@dataclass(frozen=True)
class Posterior:
    """The curves of a grid with their probabilities.

    Attributes
    ----------
    curves
        The grid.
    weights : (thresholds, nuisances) float
        Probability of each curve; they sum to 1.
    """

    curves: Curves
    weights: FloatArray

    @classmethod
    def prior(cls, curves: Curves) -> Posterior:
        """Return what is known before the first answer: every curve alike."""
        shape = len(curves.thresholds), curves.nuisances
        return cls(curves, np.full(shape, 1 / (shape[0] * shape[1])))

    def after(self, level: int, correct: bool) -> Posterior:
        """Return the posterior after an answer at a level (by place), by Bayes' rule.

        Examples
        --------
        >>> prior = Posterior.prior(Curves.over((1.0, 0.5, 0.25), 1 / 3, 0.75))
        >>> prior.after(2, True).expected(2) > prior.expected(2) > prior.after(2, False).expected(2)
        True
        """
        right = right_under(self.curves)[level]
        weights = self.weights * (right if correct else 1 - right)
        return replace(self, weights=weights / weights.sum())

    def after_all(self, right: Sequence[float], wrong: Sequence[float]) -> Posterior:
        """Return the posterior after so many right and wrong answers at each level, each (L,).

        Examples
        --------
        >>> prior = Posterior.prior(Curves.over((1.0, 0.5), 1 / 3, 0.75))
        >>> step_by_step = prior.after(0, True).after(1, False).after(1, False)
        >>> np.allclose(prior.after_all([1, 0], [0, 2]).weights, step_by_step.weights)
        True
        """
        chance = right_under(self.curves)
        evidence = np.tensordot(right, np.log(chance), 1) + np.tensordot(wrong, np.log1p(-chance), 1)
        weights = self.weights * np.exp(evidence - evidence.max())
        return replace(self, weights=weights / weights.sum())

    def expected(self, level: int) -> float:
        """Return the probability of a right answer at a level."""
        return float((right_under(self.curves)[level] * self.weights).sum())

    def expected_entropies(self) -> FloatArray:
        """Return the entropy that the threshold will have after one more answer at each level, (L,), in nats.

        References
        ----------
        Prins (2013), The psi-marginal adaptive method, Journal of Vision 13(7):3; Watson (2017), QUEST+,
        Journal of Vision 17(3):10, which is the same where there is one spread and one lapse.

        Examples
        --------
        Nobody learns much of an unknown person from the lightest or the heaviest level:

        >>> prior = Posterior.prior(Curves.over((1.0, 0.7, 0.5, 0.35, 0.25), 1 / 3, 0.75))
        >>> int(prior.expected_entropies().argmin()) in (1, 2, 3)
        True
        """
        joint_right = (right_under(self.curves) * self.weights).sum(axis=2)
        joint_wrong = self.weights.sum(axis=1) - joint_right
        return _entropy_given(joint_right) + _entropy_given(joint_wrong)

    def best_level(self) -> int:
        """Return the level after whose answer the threshold is expected to be known best."""
        return int(self.expected_entropies().argmin())

    def threshold_interval(self, mass: float = 0.95) -> tuple[float, float]:
        """Return the central interval of the x at which the person has the wanted accuracy.

        Examples
        --------
        >>> prior = Posterior.prior(Curves.over((1.0, 0.5, 0.25), 1 / 3, 0.75))
        >>> low, high = prior.threshold_interval()
        >>> low < 0.25 and high > 1.0
        True
        """
        return self.threshold_quantile((1 - mass) / 2), self.threshold_quantile((1 + mass) / 2)

    def threshold_quantile(self, share: float) -> float:
        """Return the x below which the threshold lies with a probability in (0, 1).

        Examples
        --------
        >>> round(Posterior.prior(Curves.over((1.0, 0.5, 0.25), 1 / 3, 0.75)).threshold_quantile(0.5), 2)
        0.4
        """
        each = self.weights.sum(axis=1)
        return math.exp(float(np.interp(share, np.cumsum(each) - each / 2, self.curves.thresholds)))


def _entropy_given(joint: FloatArray) -> FloatArray:
    """Return P(answer) times the entropy of the threshold given the answer; `joint` is (L, thresholds)."""
    total = joint.sum(axis=1)
    entropy: FloatArray = total * np.log(total) - (
        joint * np.log(np.maximum(joint, np.finfo(float).tiny))
    ).sum(axis=1)
    return entropy
