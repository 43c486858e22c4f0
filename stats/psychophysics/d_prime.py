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

    Parameters
    ----------
    d_prime
        Sensitivity, in standard deviations of an impression.
    alternatives
        Number of buttons, m.

    References
    ----------
    Hacker & Ratcliff (1979), A revised table of d' for m-alternative forced choice, Percept. Psychophys. 26.

    Examples
    --------
    >>> round(proportion_correct(0.0, 4), 6), round(proportion_correct(1.5, 3), 3)
    (0.25, 0.766)
    """
    others_smaller = special.ndtr(NODES + d_prime) ** (alternatives - 1)
    return float(WEIGHTS @ others_smaller / WEIGHTS.sum())


def d_prime(accuracy: float, alternatives: int) -> float | None:
    """Return the d' that gives an accuracy.

    Parameters
    ----------
    accuracy
        Share of right answers, in [0, 1].
    alternatives
        Number of buttons, m.

    Returns
    -------
    In standard deviations of an impression; negative below chance, None at 0 and 1, where it is not finite.

    References
    ----------
    Hacker & Ratcliff (1979), A revised table of d' for m-alternative forced choice, Percept. Psychophys. 26.

    Examples
    --------
    >>> round(d_prime(0.75, 2), 3), d_prime(1.0, 2)
    (0.954, None)
    """
    low, high = (proportion_correct(end, alternatives) for end in (-LARGEST, LARGEST))
    if not max(low, 0.0) < accuracy < min(high, 1.0):  # `high` may be rounded to more than 1
        return None
    return float(
        optimize.brentq(
            lambda d: proportion_correct(d, alternatives) - accuracy, -LARGEST, LARGEST, xtol=1e-10
        )
    )


def sensitivity(observer: Accuracy, alternatives: int) -> Sensitivity:
    """Translate an accuracy and its interval to d'.

    Parameters
    ----------
    observer
        Accuracy with its interval.
    alternatives
        Number of buttons, m.

    Examples
    --------
    >>> from stats.inference.estimates import Accuracy, Method
    >>> people = Accuracy(
    ...     estimate=0.9, se=0.02, df=30.0, ci_low=0.85, ci_high=0.94, p=0.01, n_agents=18, n_items=100,
    ...     n_trials=1800, method=Method.CLUSTERED, per_class={},
    ... )
    >>> translated = sensitivity(people, alternatives=3)
    >>> round(translated.ci_low, 2), round(translated.d_prime, 2), round(translated.ci_high, 2)
    (1.91, 2.23, 2.59)
    """
    bounds = (observer.estimate, observer.ci_low, observer.ci_high)
    estimate, low, high = (d_prime(bound, alternatives) for bound in bounds)
    return Sensitivity(estimate, low, high, alternatives)
