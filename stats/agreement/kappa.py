"""Cohen's kappa of two observers' correctness, and the bounds that their accuracies leave to it."""

from __future__ import annotations

import numpy as np

from stats.table.arrays import FloatArray


def kappa(observed: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return Cohen's kappa; NaN where both are always right or always wrong and it is undefined.

    Parameters
    ----------
    observed : float
        Share of photos on which both are right or both wrong.
    first, second : float
        Accuracies on the shared photos.

    Returns
    -------
    In [-1, 1], of the shape that the arguments broadcast to.

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
    humans by measuring error consistency, NeurIPS 33.

    Examples
    --------
    Two observers with an accuracy of .8 would by chance agree on .68 of the photos.

    >>> import numpy as np
    >>> kappa(np.array([0.52, 0.84, 1.0]), np.array(0.8), np.array(0.8)).round(3).tolist()
    [-0.5, 0.5, 1.0]
    >>> kappa(np.array([1.0]), np.array([1.0]), np.array([1.0])).tolist()
    [nan]
    """
    expected = expected_agreement(first, second)
    room = 1 - expected
    defined = room > 1e-12
    return np.where(defined, (observed - expected) / np.where(defined, room, 1.0), np.nan)


def expected_agreement(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the share of photos on which independent observers of these accuracies agree.

    Examples
    --------
    >>> import numpy as np
    >>> expected_agreement(np.array([0.8, 0.5]), np.array([0.8, 0.9])).round(2).tolist()
    [0.68, 0.5]
    """
    return first * second + (1 - first) * (1 - second)


def kappa_bounds(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest kappa that two accuracies allow.

    Parameters
    ----------
    first, second : float
        Accuracies on the shared photos.

    References
    ----------
    Geirhos, Meding & Wichmann (2020), Beyond accuracy, NeurIPS 33, appendix.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = kappa_bounds(np.array([0.9]), np.array([0.7]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([-0.18], [0.41])
    """
    least, most = np.abs(first + second - 1), 1 - np.abs(first - second)
    return kappa(least, first, second), kappa(most, first, second)
