"""A network's comparison of two photos, from its class probabilities."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from stats.machine.class_offsets import logits_and_labels


def says_same(first: ArrayLike, second: ArrayLike) -> NDArray[np.bool_]:
    """Return of which pairs a network says that both photos show the same class.

    With p and q the probabilities that it gives to the classes of either photo, both show the same one with
    probability S = sum of p q, and it says so where S is above 1/K. Where half of the pairs show the same,
    and classes are equally common, no other rule on these probabilities is right more often:
    (K - 1) S / (1 - S) is how many times likelier the photos are if they show the same, and that is 1 at
    S = 1/K. Of a tie it says that they differ.

    Parameters
    ----------
    first, second : (..., K) float
        Logits of the photos.

    Returns
    -------
    (...) bool

    References
    ----------
    Green & Swets (1966), Signal detection theory and psychophysics, chapter 1 (the likelihood ratio).

    Examples
    --------
    >>> dunk, shot, either = np.log([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.45, 0.45, 0.1]])
    >>> [bool(says_same(*pair)) for pair in ((dunk, dunk), (dunk, shot), (either, shot))]
    [True, False, True]
    """
    shares = [softmax(np.asarray(logits, dtype=np.float64), axis=-1) for logits in (first, second)]
    return np.asarray((shares[0] * shares[1]).sum(axis=-1) > 1 / shares[0].shape[-1])


def same_different_accuracy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Return the accuracy over all comparisons of two photos, half of them of the same class.

    Parameters
    ----------
    logits : (n, K) float
        Of any photos.
    labels : (n,) int
        True classes, each in 0..K-1.

    Returns
    -------
    In [0, 1], the mean over classes and over every two classes; always saying the same gives .5. Where there
    are no two photos of any class, or one class only, it is that of the other pairs.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    Examples
    --------
    Two dunks are called different, and one of them the same as the shot:

    >>> same_different_accuracy(np.log([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]]), [0, 0, 1])
    0.25
    """
    scores, truth = logits_and_labels(logits, labels)
    shares = softmax(scores, axis=1)
    by_class = [shares[truth == each] for each in np.unique(truth)]
    same = [
        _share_same(photos, photos)[~np.eye(len(photos), dtype=bool)].mean()
        for photos in by_class
        if len(photos) > 1
    ]
    different = [1 - _share_same(first, second).mean() for first, second in combinations(by_class, 2)]
    return float(np.mean([np.mean(part) for part in (same, different) if part] or [0.5]))


def _share_same(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return of every two photos of two classes whether they are called the same, as `says_same` does."""
    return np.asarray(first @ second.T > 1 / first.shape[1])
