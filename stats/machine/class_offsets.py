"""Class offsets: the smallest correction of a network that calls too many photos by one name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from stats.errors import InputError
from stats.inference.balanced_accuracy import balanced_accuracy

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WEIGHT_DECAY = 1e-3  # keeps offsets finite for a class that the validation photos always or never get right


def class_offsets(logits: ArrayLike, labels: ArrayLike) -> FloatArray:
    """Fit the class offsets that make the labels most likely, every class weighing the same.

    A network trained on one crop level is often biased towards a class at another. A class offset is the
    smallest correction, and an attacker may always make it on photos whose classes it knows.

    Parameters
    ----------
    logits : (n, K) float
        Logits, or log probabilities, on validation photos.
    labels : (n,) int
        True classes, each in 0..K-1.

    Returns
    -------
    Float64 (K,), to be added to logits; their sum is 0.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    References
    ----------
    Alexandari, Kundaje & Shrikumar (2020), Maximum likelihood with bias-corrected calibration is hard-to-beat
    at label shift adaptation, ICML (here without their temperature, which changes no decision).

    Examples
    --------
    A network that calls every photo by the first name, some with less confidence than others:

    >>> logits = [[3.0, 0.0], [3.5, 0.0], [1.0, 0.0], [0.5, 0.0]]
    >>> offsets = class_offsets(logits, [0, 0, 1, 1])
    >>> (logits + offsets).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """
    scores, truth = logits_and_labels(logits, labels)
    classes = scores.shape[1]
    counts = np.bincount(truth, minlength=classes)
    weights = 1 / (np.count_nonzero(counts) * counts[truth])  # (n,), the same sum for every class
    target = np.eye(classes)[truth]  # (n, K)

    def loss_and_slope(offsets: FloatArray) -> tuple[float, FloatArray]:
        log_shares = log_softmax(scores + offsets, axis=1)  # (n, K)
        loss = WEIGHT_DECAY * (offsets @ offsets) / 2 - weights @ (target * log_shares).sum(1)
        slope = weights @ (np.exp(log_shares) - target) + WEIGHT_DECAY * offsets
        return float(loss), slope

    fitted: FloatArray = minimize(loss_and_slope, np.zeros(classes), jac=True, method="BFGS").x
    return np.asarray(fitted - fitted.mean())


def corrected_accuracy(
    logits: ArrayLike, labels: ArrayLike, groups: Sequence[str], *, folds: int = 5
) -> float:
    """Return the balanced accuracy that class offsets give on photos they were not fitted on.

    Parameters
    ----------
    logits : (n, K) float
        On validation photos.
    labels : (n,) int
        True classes, each in 0..K-1.
    groups : (n,) str
        Group of each photo; near duplicates are never split between what is fitted and what is judged.
    folds
        Each class's groups are dealt out to so many parts, in their order; the offsets of a part are those
        of the others.

    Returns
    -------
    In [0, 1]: the mean over classes.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    Examples
    --------
    Every photo is called by the first name, until offsets that were fitted on the others correct it:

    >>> logits = [[3.0, 0.0], [3.5, 0.0], [4.0, 0.0], [1.0, 0.0], [0.5, 0.0], [0.0, 0.0]]
    >>> corrected_accuracy(logits, [0, 0, 0, 1, 1, 1], list("abcdef"), folds=3)
    1.0
    """
    scores, truth = logits_and_labels(logits, labels)
    part = _dealt(truth, groups, folds)
    right = np.zeros(len(truth), dtype=bool)
    for number in np.unique(part):
        here, others = part == number, part != number
        offsets = class_offsets(scores[others], truth[others]) if others.any() else 0.0
        right[here] = (scores[here] + offsets).argmax(1) == truth[here]
    return balanced_accuracy(right, truth)


def _dealt(truth: IntArray, groups: Sequence[str], folds: int) -> IntArray:
    """Return the part of each photo, (n,): each class's groups are dealt in turn, none is split."""
    if len(groups) != len(truth):
        raise InputError(f"{len(groups)} groups for {len(truth)} photos; each needs one")
    part_of: dict[str, int] = {}
    dealt = dict.fromkeys(truth.tolist(), 0)
    for label, group in zip(truth.tolist(), groups, strict=True):
        if group not in part_of:
            part_of[group] = dealt[label] % folds
            dealt[label] += 1
    return np.array([part_of[group] for group in groups])


def logits_and_labels(logits: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Return both as arrays, float64 (n, K) and int64 (n,), or refuse what cannot be used.

    Raises
    ------
    InputError
        If shapes or labels do not fit, or a logit is not finite.

    Examples
    --------
    >>> scores, truth = logits_and_labels([[2, 1], [0, 3]], [0, 1])
    >>> scores.shape, truth.tolist()
    ((2, 2), [0, 1])
    """
    scores, truth = np.asarray(logits, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if scores.ndim != 2 or truth.shape != scores.shape[:1] or len(truth) == 0:
        raise InputError(f"logits {scores.shape} and labels {truth.shape} must be (n, K) and (n,) with n > 0")
    if not np.isfinite(scores).all():
        raise InputError("a logit is not finite; the training diverged, lower its learning rates")
    if truth.min() < 0 or truth.max() >= scores.shape[1]:
        raise InputError(f"labels must be in 0..{scores.shape[1] - 1}")
    return scores, truth
