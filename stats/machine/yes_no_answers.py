"""A network's answers to yes-no questions, from its class probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from stats.inference.balanced_accuracy import class_accuracies
from stats.machine.class_offsets import logits_and_labels


def says_yes(logits: ArrayLike) -> NDArray[np.bool_]:
    """Return to which classes a network says "yes, the photo shows it".

    It says yes where the class has more than 1/K of the probability. Where half of the photos show what is
    asked about, and the others are spread evenly over the other K - 1 classes, no other rule on these
    probabilities is right more often: with equal priors in training, (K - 1) p / (1 - p) is how many times
    likelier the photo is if it shows the class than if it does not, and that is 1 at p = 1/K.

    Parameters
    ----------
    logits : (..., K) float
        Of any photos.

    Returns
    -------
    (..., K) bool

    References
    ----------
    Green & Swets (1966), Signal detection theory and psychophysics, chapter 1 (the likelihood ratio).

    Examples
    --------
    >>> says_yes(np.log([0.45, 0.40, 0.15])).tolist()
    [True, True, False]
    """
    shares = softmax(np.asarray(logits, dtype=np.float64), axis=-1)
    return np.asarray(shares > 1 / shares.shape[-1])


def yes_no_accuracy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Return the accuracy over all yes-no questions: half with the photo's class, half with the others.

    Parameters
    ----------
    logits : (n, K) float
        Of any photos.
    labels : (n,) int
        True classes, each in 0..K-1.

    Returns
    -------
    In [0, 1], the macro average over true classes; always saying yes, or no, gives .5.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    Examples
    --------
    The first photo is a dunk and seems to show a shot as well, the second is right throughout:

    >>> yes_no_accuracy(np.log([[0.45, 0.40, 0.15], [0.1, 0.8, 0.1]]), [0, 1])
    0.875
    """
    scores, truth = logits_and_labels(logits, labels)
    yes = says_yes(scores)  # (n, K)
    own = yes[np.arange(len(truth)), truth]
    others_refused = 1 - (yes.sum(axis=1) - own) / (scores.shape[1] - 1)
    return float(class_accuracies((own + others_refused) / 2, truth)[0].mean())
