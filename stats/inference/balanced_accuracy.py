"""Balanced accuracy: every class weighs the same, however many photos it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def balanced_accuracy(correct: ArrayLike, labels: ArrayLike, trials: ArrayLike | None = None) -> float:
    """Return the mean over classes of the share of right answers in each class.

    Parameters
    ----------
    correct : (n,) bool or float
        Right answers of each entry, n > 0: whether it is right, or how many of its trials are.
    labels : (n,) int
        True classes, at least 0; classes without an entry do not count.
    trials : (n,) float, optional
        Trials of each entry; one by default.

    Returns
    -------
    In [0, 1].

    Examples
    --------
    Three of four photos of the first class are right, and none of the only photo of the second:

    >>> balanced_accuracy([True, True, True, False, False], [0, 0, 0, 0, 1])
    0.375
    """
    return float(class_accuracies(correct, labels, trials)[0].mean())


def class_accuracies(
    correct: ArrayLike, labels: ArrayLike, trials: ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the share of right answers in each class and the trials behind it.

    Parameters
    ----------
    correct, labels, trials
        As in `balanced_accuracy`.

    Returns
    -------
    Shares in [0, 1] and numbers of trials of the classes that occur, both float64 (K,), by ascending class.

    Examples
    --------
    >>> shares, trials = class_accuracies([1, 1, 1, 0, 0], [0, 0, 0, 0, 2])
    >>> shares.tolist(), trials.tolist()
    ([0.75, 0.0], [4.0, 1.0])
    """
    right, classes = np.asarray(correct, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    counts = np.ones(len(classes)) if trials is None else np.asarray(trials, dtype=np.float64)
    of_class = np.asarray(np.bincount(classes, weights=counts), dtype=np.float64)  # (largest label + 1,)
    present = of_class > 0
    return np.bincount(classes, weights=right)[present] / of_class[present], of_class[present]
