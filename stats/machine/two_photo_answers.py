"""A network's choice between two photos, from its class probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from stats.machine.class_offsets import logits_and_labels


def log_odds(logits: ArrayLike) -> NDArray[np.float64]:
    """Return how sure a network is of each class: log p / (1 - p).

    They order photos as the probabilities do, but of two photos that it is sure of not both round to 1.

    Parameters
    ----------
    logits : (..., K) float
        Of any photos.

    Returns
    -------
    (..., K) float

    Examples
    --------
    >>> log_odds(np.log([0.5, 0.3, 0.2])).round(3).tolist()
    [0.0, -0.847, -1.386]
    """
    values = np.asarray(logits, dtype=np.float64)
    places = range(values.shape[-1])
    others = [logsumexp(np.delete(values, place, axis=-1), axis=-1) for place in places]
    return np.asarray(values - np.stack(others, axis=-1))


def chooses_second(first: ArrayLike, second: ArrayLike, asked: int) -> bool:
    """Return whether a network takes the second of two photos for the one that shows a class.

    It takes the photo of which it is surer that it shows the class. One of them does, the other shows any of
    the other classes: then no rule on these probabilities is right more often, since the likelihood ratio of
    "the first shows it" is the quotient of both photos' odds, with classes equally common in training. Of a
    tie, in which it sees no difference, it takes the first.

    Parameters
    ----------
    first, second : (K,) float
        Logits of the photos.
    asked
        Place of the class.

    References
    ----------
    Green & Swets (1966), Signal detection theory and psychophysics, chapter 2 (forced choice of two).

    Examples
    --------
    >>> surer, tie = np.log([0.5, 0.3, 0.2]), np.log([0.4, 0.3, 0.3])
    >>> chooses_second(tie, surer, asked=0), chooses_second(tie, surer, asked=1)
    (True, False)
    """
    return bool(log_odds(second)[asked] > log_odds(first)[asked])


def two_photo_accuracy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Return the accuracy over all choices between a photo of a class and one of another.

    It is the area under the ROC curve of "shows the class", the mean over every two classes; a tie is right
    half of the time.

    Parameters
    ----------
    logits : (n, K) float
        Of any photos.
    labels : (n,) int
        True classes, each in 0..K-1.

    Returns
    -------
    In [0, 1]; .5 where photos of two classes look alike, and where there are photos of one class only.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    References
    ----------
    Green & Swets (1966), chapter 2: the area theorem.

    Examples
    --------
    Of four choices between a dunk and a shot, and four between a shot and a dunk, one each is wrong:

    >>> dunk = [0.9, 0.4, 0.6, 0.2]
    >>> two_photo_accuracy(np.log([[p, 1 - p] for p in dunk]), [0, 0, 1, 1])
    0.75
    """
    scores, truth = logits_and_labels(logits, labels)
    sure, classes = log_odds(scores), np.unique(truth).tolist()
    areas = [
        _area(sure[truth == own, own], sure[truth == other, own])
        for own in classes
        for other in classes
        if own != other
    ]
    return float(np.mean(areas)) if areas else 0.5


def _area(signal: NDArray[np.float64], noise: NDArray[np.float64]) -> float:
    """Return how often a signal is larger than noise, of all pairs; ties are worth half."""
    ordered = np.sort(noise)
    below = (np.searchsorted(ordered, signal, side) for side in ("left", "right"))
    return float(np.mean(sum(below)) / (2 * len(noise)))
