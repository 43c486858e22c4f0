"""A classifier on a few numbers per photo, and whether it does better than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from attacker.errors import DataError
from stats.inference import binomial
from stats.inference.clustered import macro_mean
from stats.inference.independent_photos import independent_photos
from stats.table.network_answers import network_answers

Floats = NDArray[np.float64]

_PENALTY = 1e-2
_ALPHA = 0.05  # of the two-sided interval


@dataclass(frozen=True)
class BaselineResult:
    """How well classes are predicted from cues that say nothing about the subject.

    Parameters
    ----------
    accuracy
        Balanced over classes, on the test photos.
    low, high
        Its exact 95 % interval over the independent photos.
    chance
        1 / number of classes.
    p_value
        Of this accuracy or more by chance: one-sided exact binomial test over the independent photos, in
        (0, 1].
    photos
        Test photos.
    independent
        Independent photos that they are worth (`stats.inference.independent_photos`); all of them where each
        is its own group and classes are equally large.
    """

    accuracy: float
    low: float
    high: float
    chance: float
    p_value: float
    photos: int
    independent: float

    def is_above_chance(self, alpha: float = 0.05) -> bool:
        """Return whether the accuracy is significantly above chance."""
        return self.p_value < alpha

    def summary(self) -> str:
        """Return one line for a report."""
        conclusion = "above chance" if self.is_above_chance() else "not above chance"
        accuracy = f"{self.accuracy:.3f} [{self.low:.3f}, {self.high:.3f}] on {self.photos} photos"
        worth = f" (worth {self.independent:.0f})" if self.independent < self.photos else ""
        return f"{accuracy}{worth}, chance {self.chance:.3f}, p {self.p_value:.2g}: {conclusion}"


def classify(
    train: Floats,
    train_labels: ArrayLike,
    test: Floats,
    test_labels: ArrayLike,
    test_groups: Sequence[str],
) -> BaselineResult:
    """Fit a penalised multinomial logistic regression, all classes weighing alike, and test it.

    Parameters
    ----------
    train, test
        Features, float [n, d].
    train_labels, test_labels
        Classes, int [n].
    test_groups
        Group of each test photo, [n]; photos of one group are not independent.

    Raises
    ------
    DataError
        If there are no photos to train or to test on.

    Examples
    --------
    The one feature is the class:

    >>> labels = np.arange(40) % 2
    >>> features = labels[:, None].astype(float)
    >>> print(classify(features, labels, features, labels, [str(n) for n in range(40)]).summary())
    1.000 [0.912, 1.000] on 40 photos, chance 0.500, p 9.1e-13: above chance
    """
    learned, truth = np.asarray(train_labels, dtype=int), np.asarray(test_labels, dtype=int)
    if len(learned) == 0 or len(truth) == 0:
        raise DataError("a baseline needs photos to train and to test on")
    classes = int(max(learned.max(), truth.max())) + 1
    mean, spread = train.mean(0), train.std(0)
    spread[spread == 0] = 1.0
    weights = _regression((train - mean) / spread, learned, classes)
    right = _scores((test - mean) / spread, weights).argmax(1) == truth
    return result_of(right, truth, test_groups, 1 / classes)


def result_of(right: ArrayLike, labels: ArrayLike, groups: Sequence[str], chance: float) -> BaselineResult:
    """Return the accuracy of a classifier's answers, tested against chance.

    Estimate, interval and p are those of the verdict for a single network.

    Parameters
    ----------
    right
        Whether each photo's class was recognised, bool [n].
    labels
        True classes, int [n].
    groups
        Group of each photo, [n]; photos of one group are not independent.
    chance
        1 / number of classes that the classifier knows.

    Examples
    --------
    >>> result_of([True, True, True, False], [0, 0, 1, 1], ["a", "b", "c", "d"], chance=0.5).summary()
    '0.750 [0.194, 0.994] on 4 photos, chance 0.500, p 0.31: not above chance'
    """
    answers = network_answers(right, labels, groups)
    mean = macro_mean(answers)
    photos = independent_photos(answers, mean, _ALPHA)
    low, high = binomial.interval(mean.estimate, photos, _ALPHA)
    p_value = binomial.p_above(mean.estimate, photos, 1 / len(answers.categories))
    return BaselineResult(mean.estimate, low, high, chance, p_value, answers.n_items, photos)


def _scores(features: Floats, weights: Floats) -> Floats:
    scores: Floats = features @ weights[:-1] + weights[-1]
    return scores


def _regression(features: Floats, labels: NDArray[np.int_], classes: int) -> Floats:
    """Return weights, [d + 1, K], the last row the intercepts, for features [n, d]."""
    hot, shape = np.eye(classes)[labels], (features.shape[1] + 1, classes)
    share = 1 / np.bincount(labels)[labels]
    share /= share.sum()  # [n], of each photo in the loss

    def loss_and_slope(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        log_p = log_softmax(_scores(features, weights), axis=1)  # [n, K]
        residual = (np.exp(log_p) - hot) * share[:, None]
        slope = np.vstack([features.T @ residual + 2 * _PENALTY * weights[:-1], residual.sum(0)])
        loss = _PENALTY * (weights[:-1] ** 2).sum() - share @ (hot * log_p).sum(axis=1)
        return float(loss), slope.ravel()

    fitted: Floats = minimize(loss_and_slope, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x
    return fitted.reshape(shape)
