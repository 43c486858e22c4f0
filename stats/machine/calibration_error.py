"""The gap between how sure a network is and how often it is right."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from stats.machine.class_offsets import logits_and_labels


def expected_calibration_error(logits: ArrayLike, labels: ArrayLike, *, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy.

    Parameters
    ----------
    logits : (n, K) float
        Of any photos.
    labels : (n,) int
        True classes, each in 0..K-1.
    bins
        Confidence is cut into this many equal intervals of (0, 1].

    Returns
    -------
    In [0, 1]; 0 is perfect. Biased upwards for few photos per bin.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI.

    Examples
    --------
    Four answers given with a probability of .9, of which three are right:

    >>> round(expected_calibration_error(np.log([[0.9, 0.1]] * 4), [0, 0, 0, 1]), 2)
    0.15
    """
    scores, truth = logits_and_labels(logits, labels)
    shares = softmax(scores, axis=1)  # (n, K)
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == truth  # both (n,)
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
