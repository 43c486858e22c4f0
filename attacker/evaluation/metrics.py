"""The accuracy that counts, and how sure it is: every class weighs the same."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

_Z = NormalDist().inv_cdf(0.975)


def balanced(right: ArrayLike, labels: ArrayLike) -> float:
    """Return the mean over classes of the share of each class's photos that is right.

    Parameters
    ----------
    right
        Whether each photo's answer is right, [n], n > 0.
    labels
        True classes, [n]; classes without a photo do not count.

    Returns
    -------
    float
        In [0, 1].
    """
    answers, truth = np.asarray(right, dtype=bool), np.asarray(labels)
    return float(np.mean([answers[truth == label].mean() for label in np.unique(truth)]))


def independent_photos(labels: ArrayLike, groups: Sequence[str]) -> float:
    """Return of how many independent photos one share would vary as much as the mean of the classes' shares.

    On the safe side: each class's n_k photos are worth n_k^2 / sum s^2, with s the sizes of its groups, and
    K classes at least K times what the poorest of them is, as p (1 - p) is concave.

    Parameters
    ----------
    labels
        True classes, [n], n > 0.
    groups
        Group of each photo, [n]; those of one group are taken to be told alike.

    Returns
    -------
    float
        At most n; n where every photo is its own group and classes are equally large.

    References
    ----------
    Kish (1965), Survey Sampling (effective size; here with the largest correlation within a group).
    """
    truth, group = np.asarray(labels), np.asarray(groups)
    classes = np.unique(truth)
    sizes = [np.unique(group[truth == label], return_counts=True)[1] for label in classes]
    return float(len(classes) * min(size.sum() ** 2 / (size**2).sum() for size in sizes))


def wilson_interval(share: float, photos: float) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen among so many independent photos.

    Parameters
    ----------
    share
        In [0, 1].
    photos
        More than 0; need not be whole.

    Returns
    -------
    tuple of float
        Low and high, in [0, 1].

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA.
    """
    middle = (share + _Z**2 / (2 * photos)) / (1 + _Z**2 / photos)
    half = _Z / (1 + _Z**2 / photos) * np.sqrt(share * (1 - share) / photos + _Z**2 / (4 * photos**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
