"""What a task's answers are worth: how often guessing is right, and the accuracy that a d' gives."""

from __future__ import annotations

import math
from enum import StrEnum

from scipy import optimize, special

from stats.errors import CriteriaError
from stats.psychophysics.d_prime import proportion_correct
from stats.psychophysics.differencing import differencing_rates

LARGEST = 20.0  # d' of an accuracy that is 1 but for rounding


class Asked(StrEnum):
    """What a trial asks, by the names that the site has for its tasks."""

    CLASSES = "classes"  # a button for each class
    YES_NO = "yes_no"  # whether one photo shows the class that is named
    TWO_PHOTOS = "two_photos"  # which of two photos shows it
    SAME_DIFFERENT = "same_different"  # whether two photos show the same class

    @property
    def photos_per_trial(self) -> int:
        """Photos that one trial shows: a pair is seen as a whole, and is what answers are a sample of."""
        return 2 if self in (Asked.TWO_PHOTOS, Asked.SAME_DIFFERENT) else 1

    def chance(self, n_categories: int) -> float:
        """Return how often guessing is right.

        Examples
        --------
        >>> Asked.CLASSES.chance(4), Asked.SAME_DIFFERENT.chance(4)
        (0.25, 0.5)
        """
        return 1 / n_categories if self is Asked.CLASSES else 0.5


def accuracy_of(d_prime: float, asked: Asked, n_categories: int) -> float:
    """Return the share of right answers of an observer without bias.

    Of yes-no questions it is Phi(d'/2), of a choice of two photos Phi(d'/sqrt(2)), of m classes that of
    `proportion_correct`. Where two photos are compared it is that of the differencing model at its best
    criterion, 2/d' arcosh(exp(d'^2/4)), with as many pairs of the same as of different classes.

    Parameters
    ----------
    d_prime
        Sensitivity to one photo, 0 or more, in standard deviations of its impression.
    asked
        What a trial asks.
    n_categories
        Number of classes.

    Raises
    ------
    CriteriaError
        When d' is below 0 or above 20.

    References
    ----------
    Macmillan & Creelman (2005), Detection theory: a user's guide, 2nd ed., chapters 1, 7, 9 and 10.

    Examples
    --------
    The same sensitivity is worth most where one of two photos is chosen, and least where two are compared.

    >>> [round(accuracy_of(2.0, asked, 3), 3) for asked in Asked]
    [0.866, 0.841, 0.921, 0.68]
    """
    if not 0 <= d_prime <= LARGEST:
        raise CriteriaError(f"d' must lie between 0 and {LARGEST:g}")
    if asked is Asked.CLASSES:
        return proportion_correct(d_prime, n_categories)
    if asked is Asked.SAME_DIFFERENT:
        return _compared(d_prime)
    return float(special.ndtr(d_prime / (2 if asked is Asked.YES_NO else math.sqrt(2))))


def _compared(d_prime: float) -> float:
    """Return the accuracy of the differencing model at the criterion with fewest errors."""
    if d_prime == 0:
        return 0.5
    hit, false_alarm = differencing_rates(d_prime, 2 / d_prime * math.acosh(math.exp(d_prime**2 / 4)))
    return (hit + 1 - false_alarm) / 2


def d_prime_of(accuracy: float, asked: Asked, n_categories: int) -> float:
    """Return the d' of an observer without bias; 0 where guessing is right as often. Inverts `accuracy_of`.

    Parameters
    ----------
    accuracy
        Share of right answers, in (0, 1).
    asked, n_categories
        As in `accuracy_of`.

    Examples
    --------
    >>> [round(d_prime_of(0.75, asked, 3), 2) for asked in Asked]
    [1.43, 1.35, 0.95, 2.55]
    """
    if accuracy <= asked.chance(n_categories):
        return 0.0
    if accuracy >= accuracy_of(LARGEST, asked, n_categories):
        return LARGEST
    return float(
        optimize.brentq(lambda d: accuracy_of(d, asked, n_categories) - accuracy, 0.0, LARGEST, xtol=1e-10)
    )
