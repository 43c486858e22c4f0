"""Intervals of a learning curve for other validation photos, as well as for other seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import hypot

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attacker.errors import DataError
from attacker.evaluation.power_law import Improvement, fit_power_law, improvement
from stats.inference.balanced_accuracy import balanced_accuracy

Floats = NDArray[np.float64]


def improvement_for_photos(
    sizes: ArrayLike,
    correct: ArrayLike,
    labels: ArrayLike,
    groups: Sequence[str],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    draws: int = 300,
) -> Improvement:
    """Return the gain expected from twice the data, with an interval for new runs and new photos.

    All runs are measured on the same photos, so that their errors are correlated, and their spread alone does
    not show how far they can be off. The squared distances from the estimate of two intervals are added: of
    the profile interval over runs (`attacker.evaluation.power_law.improvement`) and of a bootstrap over
    groups of photos within their class.

    Parameters
    ----------
    sizes
        Training photos, [S].
    correct
        Whether each of R runs recognised each photo, bool [S, R, n].
    labels
        Class of each photo, int [n]; errors are balanced over classes.
    groups
        Group of each photo, [n]; photos of one group are drawn together.
    confidence
        Nominal coverage of the intervals.
    seed
        Of the bootstrap.
    draws
        Number of bootstrap samples.

    Raises
    ------
    DataError
        If the shapes do not fit, or as in `attacker.evaluation.power_law.improvement`.

    References
    ----------
    Zou and Donner (2008), Construction of confidence limits about effect measures: a general approach,
    Statistics in Medicine 27 (adding squared distances). Davison and Hinkley (1997), Bootstrap Methods.

    Examples
    --------
    Error falls as n^-1/2 in two runs at each of five sizes:

    >>> sizes = np.array([25, 50, 100, 200, 400])
    >>> recognised = np.random.default_rng(0).random((5, 2, 200)) > (2 / np.sqrt(sizes))[:, None, None]
    >>> labels, groups = np.arange(200) % 2, [str(n) for n in range(200)]
    >>> result = improvement_for_photos(sizes, recognised, labels, groups, draws=50)
    >>> result.size, 0 <= result.low < result.gain < result.high
    (400.0, True)
    """
    right, truth = np.asarray(correct, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if right.ndim != 3 or right.shape[2] != len(truth) or len(groups) != len(truth):
        raise DataError(
            f"answers {right.shape} must be [sizes, runs, photos]; there are {len(truth)} labels "
            f"and {len(groups)} groups"
        )
    over_runs = improvement(sizes, balanced_errors(right, truth), confidence=confidence)
    laws = [
        fit_power_law(sizes, balanced_errors(right.mean(1), truth, weights))
        for weights in _bootstrap_weights(truth, groups, draws, np.random.default_rng(seed))
    ]
    gains, floors = [law.gain(over_runs.size) for law in laws], [law.c for law in laws]
    low, high = _combined(over_runs.gain, (over_runs.low, over_runs.high), gains, confidence)
    floor_interval = (over_runs.floor_low, over_runs.floor_high)
    floor_low, floor_high = _combined(over_runs.law.c, floor_interval, floors, confidence)
    return replace(
        over_runs,
        low=max(low, 0.0),  # no law rises
        high=high,
        floor_low=max(floor_low, 0.0),
        floor_high=min(floor_high, 1.0),
    )


def balanced_errors(correct: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return 1 - balanced accuracy of each run.

    Parameters
    ----------
    correct
        Whether, or how often, each photo was recognised, [..., n].
    labels
        Its class, int [n].
    weights
        How often it counts, [n]; None for once.

    Returns
    -------
    Float64 [...], in [0, 1].

    Examples
    --------
    >>> balanced_errors([[True, True, False], [True, False, False]], [0, 0, 1]).tolist()
    [0.5, 0.75]
    """
    right = np.asarray(correct, dtype=np.float64)  # [..., n]
    times = np.ones(right.shape[-1]) if weights is None else np.asarray(weights, dtype=np.float64)
    accuracies = [balanced_accuracy(run * times, labels, times) for run in right.reshape(-1, len(times))]
    errors: Floats = np.clip(1 - np.reshape(accuracies, right.shape[:-1]), 0, 1)
    return errors


def _bootstrap_weights(
    truth: NDArray[np.int64], groups: Sequence[str], draws: int, random: np.random.Generator
) -> Iterator[Floats]:
    """Yield how often each photo is drawn, [n]: groups are drawn with replacement within each class."""
    _, of_class = np.unique(truth, return_inverse=True)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    pair, member = np.unique(np.stack([of_class, group]), axis=1, return_inverse=True)
    for _ in range(draws):
        times = np.zeros(pair.shape[1])
        for label in range(of_class.max() + 1):
            own = np.flatnonzero(pair[0] == label)
            times[own] = random.multinomial(len(own), np.full(len(own), 1 / len(own)))
        yield times[member.ravel()]


def _combined(
    estimate: float, over_runs: tuple[float, float], drawn: Sequence[float], confidence: float
) -> tuple[float, float]:
    """Return the interval over runs, widened by that of bootstrap estimates over photos."""
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.quantile(drawn, tails)
    below = hypot(estimate - over_runs[0], max(estimate - float(low), 0.0))
    above = hypot(over_runs[1] - estimate, max(float(high) - estimate, 0.0))
    return estimate - below, estimate + above
