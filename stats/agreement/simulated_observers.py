"""Observers who err together as much as is planted: what a planner simulates and what tests recover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from stats.agreement.kappa import kappa, kappa_bounds
from stats.agreement.observer_pairs import Judged
from stats.errors import CriteriaError

NEARLY = 0.9999  # a correlation of 1 leaves no density to integrate


@dataclass(frozen=True)
class Group:
    """Observers of one kind, alike in all but chance.

    What an observer sees in a photo is a normal variable: a part that all groups share, a part that the group
    shares, and the observer's own. The answer is right where it stays below the quantile of the accuracy.

    Attributes
    ----------
    observers : how many
    accuracy : chance of a right answer
    common : loading on what all groups share, in [-1, 1]
    own : loading on what the group shares beyond it
    """

    observers: int
    accuracy: float
    common: float
    own: float = 0.0


def simulated(groups: Sequence[Group], photos: int, rng: np.random.Generator) -> list[Judged]:
    """Return one answer of every observer to every photo.

    Parameters
    ----------
    groups
        Kinds of observers; all judge the same photos.
    photos
        Number of photos.

    Examples
    --------
    >>> (people,) = simulated([Group(3, 0.7, 0.8)], photos=2000, rng=np.random.default_rng(0))
    >>> people.right.shape, people.right.mean().round(1)
    ((3, 2000), np.float32(0.7))
    """
    common = rng.standard_normal(photos)
    return [_judged(group, common, rng) for group in groups]


def latent_correlation(wanted: float, first: float, second: float) -> float:
    """Return the correlation of two normal variables whose thresholded answers have the wanted kappa.

    Parameters
    ----------
    wanted
        Cohen's kappa of being right.
    first, second
        Accuracies, in (0, 1).

    Raises
    ------
    CriteriaError
        When no two observers of these accuracies can have that kappa.

    References
    ----------
    Pearson (1900), On the correlation of characters not quantitatively measurable, Phil. Trans. A 195 (the
    tetrachoric correlation).

    Examples
    --------
    At accuracies of .5 kappa is 2 asin(r) / pi:

    >>> round(latent_correlation(1 / 3, 0.5, 0.5), 3)
    0.5
    """
    low, high = (thresholded_kappa(edge, first, second) for edge in (-NEARLY, NEARLY))
    if not low <= wanted <= high:
        bounds = kappa_bounds(np.array(first), np.array(second))
        least, most = (f"{float(bound):.2f}" for bound in bounds)
        raise CriteriaError(
            f"accuracies of {first:g} and {second:g} leave kappa between {least} and {most}: {wanted:g} is "
            "outside; choose another kappa or other accuracies"
        )
    return float(brentq(lambda r: thresholded_kappa(r, first, second) - wanted, -NEARLY, NEARLY, xtol=1e-6))


def thresholded_kappa(correlation: float, first: float, second: float) -> float:
    """Return the kappa of two normal variables of this correlation whose answers are thresholded.

    Parameters
    ----------
    correlation
        Of the two variables, in (-1, 1).
    first, second
        Accuracies, in (0, 1).

    Examples
    --------
    >>> round(thresholded_kappa(0.5, 0.5, 0.5), 3)
    0.333
    """
    covariance = [[1.0, correlation], [correlation, 1.0]]
    both = multivariate_normal.cdf([ndtri(first), ndtri(second)], cov=covariance)
    observed = 1 - first - second + 2 * both
    return float(kappa(np.array(observed), np.array(first), np.array(second)))


def _judged(group: Group, common: np.ndarray, rng: np.random.Generator) -> Judged:
    photos = common.size
    shared = group.common * common + group.own * rng.standard_normal(photos)
    alone = np.sqrt(max(1 - group.common**2 - group.own**2, 0.0))
    seen_in_photo = shared + alone * rng.standard_normal((group.observers, photos))
    right = (seen_in_photo < ndtri(group.accuracy)).astype(np.float32)
    return Judged(np.ones_like(right), right, np.zeros(photos, dtype=int), np.arange(photos))
