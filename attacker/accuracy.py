"""The accuracy that counts: every class weighs the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


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
