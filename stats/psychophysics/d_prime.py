"""d' for m alternatives: sensitivity that does not depend on how many buttons there are."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.polynomial.hermite_e import hermegauss
from scipy import optimize, special

from stats.inference.estimates import Accuracy

NODES, WEIGHTS = hermegauss(101)
LARGEST = 12.0


@dataclass(frozen=True)
class Sensitivity:
    """d' with its interval; None is undefined (accuracy of 1 has no finite d').

    Attributes
    ----------
    d_prime, ci_low, ci_high : from accuracy and its interval
    alternatives : number of buttons, m
    """

    d_prime: float | None
    ci_low: float | None
    ci_high: float | None
    alternatives: int


def proportion_correct(d_prime: float, alternatives: int) -> float:
    """Return the accuracy of an unbiased observer in an m-alternative forced choice.

    The alternative with the largest of m unit normal impressions is chosen; the right one is shifted by d'.

    References
    ----------
    Hacker & Ratcliff (1979), A revised table of d' for m-alternative forced choice, Percept. Psychophys. 26.
    """
    others_smaller = special.ndtr(NODES + d_prime) ** (alternatives - 1)
    return float(WEIGHTS @ others_smaller / WEIGHTS.sum())


def d_prime(accuracy: float, alternatives: int) -> float | None:
    """Return the d' that gives this accuracy; negative below chance, None at 0 and 1."""
    low, high = (proportion_correct(end, alternatives) for end in (-LARGEST, LARGEST))
    if not max(low, 0.0) < accuracy < min(high, 1.0):  # `high` may be rounded to more than 1
        return None
    return float(
        optimize.brentq(
            lambda d: proportion_correct(d, alternatives) - accuracy, -LARGEST, LARGEST, xtol=1e-10
        )
    )


def sensitivity(observer: Accuracy, alternatives: int) -> Sensitivity:
    """Translate an accuracy and its interval to d'."""
    bounds = (observer.estimate, observer.ci_low, observer.ci_high)
    estimate, low, high = (d_prime(bound, alternatives) for bound in bounds)
    return Sensitivity(estimate, low, high, alternatives)
