"""Are the attacker's probabilities right, and would fairer offsets make it stronger?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from attacker.errors import DataError
from attacker.evaluation.metrics import balanced

Floats = NDArray[np.float64]


def offsets(logits: ArrayLike, labels: ArrayLike, *, penalty: float = 1e-3) -> Floats:
    """Return class offsets that make the logits' probabilities fit the labels.

    An attacker trained on one level is often biased towards a class at another; a class offset is the
    smallest correction, and an attacker may always make it on photos whose answers it has. Every class weighs
    the same, as in the accuracy that counts.

    Parameters
    ----------
    logits
        On validation photos, [n, K].
    labels
        True classes, [n], each in 0..K-1.
    penalty
        Weight of half the sum of squared offsets: keeps that of a class that is always or never right finite.

    Returns
    -------
    ndarray
        Float64 [K] with mean 0, to be added to logits.

    Raises
    ------
    DataError
        If shapes or labels do not fit, or a logit is not finite.

    References
    ----------
    Alexandari, Kundaje and Shrikumar (2020), Maximum Likelihood with Bias-Corrected
    Calibration, ICML (here without their temperature, which changes no decision).
    """
    values, truth = _checked(logits, labels)
    classes = values.shape[1]
    hot, counts = np.eye(classes)[truth], np.bincount(truth, minlength=classes)
    weights = 1 / (np.count_nonzero(counts) * counts[truth])

    def loss_and_slope(shift: Floats) -> tuple[float, Floats]:
        log_probabilities = log_softmax(values + shift, axis=1)
        loss = penalty * (shift @ shift) / 2 - weights @ (hot * log_probabilities).sum(1)
        slope = weights @ (np.exp(log_probabilities) - hot) + penalty * shift
        return float(loss), slope

    found = minimize(loss_and_slope, np.zeros(classes), jac=True, method="BFGS").x
    centred: Floats = found - found.mean()
    return centred


def corrected_accuracy(
    logits: ArrayLike, labels: ArrayLike, groups: Sequence[str], *, folds: int = 5
) -> float:
    """Return the balanced accuracy that refitted class offsets give on photos they were not fitted on.

    Parameters
    ----------
    logits
        On validation photos, [n, K].
    labels
        True classes, [n], each in 0..K-1.
    groups
        Group of each photo, [n]; near duplicates are never split between what is fitted and what is judged.
    folds
        Each class's groups are dealt out to so many parts, in their order; the offsets of a part are those
        of the others.

    Returns
    -------
    float
        In [0, 1]: the mean over classes.

    Raises
    ------
    DataError
        If shapes or labels do not fit, or a logit is not finite.
    """
    values, truth = _checked(logits, labels)
    part = _dealt(truth, groups, folds)
    right = np.zeros(len(truth), dtype=bool)
    for number in np.unique(part):
        here, others = part == number, part != number
        shift = offsets(values[others], truth[others]) if others.any() else 0.0
        right[here] = (values[here] + shift).argmax(1) == truth[here]
    return balanced(right, truth)


def _dealt(truth: NDArray[np.int64], groups: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Return the part of each photo, [n]: each class's groups are dealt in turn, none is split."""
    if len(groups) != len(truth):
        raise DataError(f"{len(groups)} groups for {len(truth)} photos; each needs one")
    part_of: dict[str, int] = {}
    dealt = dict.fromkeys(truth.tolist(), 0)
    for label, group in zip(truth.tolist(), groups, strict=True):
        if group not in part_of:
            part_of[group] = dealt[label] % folds
            dealt[label] += 1
    return np.array([part_of[group] for group in groups])


def expected_calibration_error(logits: ArrayLike, labels: ArrayLike, *, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy.

    Parameters
    ----------
    logits
        Of any photos, [n, K].
    labels
        True classes, [n].
    bins
        Confidence is cut into this many equal intervals of (0, 1].

    Returns
    -------
    float
        In [0, 1]; 0 is perfect. Biased upwards for few photos per bin.

    Raises
    ------
    DataError
        If shapes or labels do not fit, or a logit is not finite.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using
    Bayesian Binning, AAAI.
    """
    values, truth = _checked(logits, labels)
    probabilities = softmax(values, axis=1)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))


def _checked(logits: ArrayLike, labels: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    values, truth = np.asarray(logits, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if values.ndim != 2 or truth.shape != values.shape[:1] or len(truth) == 0:
        raise DataError(f"logits {values.shape} and labels {truth.shape} must be [n, K] and [n] with n > 0")
    if not np.isfinite(values).all():
        raise DataError("a logit is not finite; the training diverged, lower its learning rates")
    if truth.min() < 0 or truth.max() >= values.shape[1]:
        raise DataError(f"labels must be in 0..{values.shape[1] - 1}")
    return values, truth
