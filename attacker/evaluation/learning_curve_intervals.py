"""What other validation photos would have said of a learning curve, beside what other seeds would have."""

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

_DRAWS = 300


def improvement_for_photos(
    sizes: ArrayLike,
    correct: ArrayLike,
    labels: ArrayLike,
    groups: Sequence[str],
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> Improvement:
    """Return the gain expected from twice the data, for new runs and new photos.

    All runs are judged on the same photos, so that their errors stray together: runs alone do not tell how
    far. The distances of two intervals from the estimate are added in squares: of the profile interval over
    runs (`attacker.evaluation.power_law.improvement`) and of a bootstrap over groups of photos within their
    class.

    Parameters
    ----------
    sizes
        Training photos, [S].
    correct
        Whether each run was right about each photo, bool [S, R, n].
    labels
        Class of each photo, [n]; errors are balanced over classes.
    groups
        Group of each photo, [n]; photos of one group are drawn together.
    confidence
        Nominal coverage of the intervals.
    seed
        Decides the draws.

    Returns
    -------
    Improvement
        With the fit to all runs on all photos.

    Raises
    ------
    DataError
        If the shapes do not fit, or as in `attacker.evaluation.power_law.improvement`.

    References
    ----------
    Zou and Donner (2008), Construction of confidence limits about effect measures: a general approach,
    Statistics in Medicine 27 (adding distances in squares). Davison and Hinkley (1997), Bootstrap Methods.
    """
    right, truth = np.asarray(correct, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if right.ndim != 3 or right.shape[2] != len(truth) or len(groups) != len(truth):
        raise DataError(
            f"answers {right.shape} must be [sizes, runs, photos]; there are {len(truth)} labels "
            f"and {len(groups)} groups"
        )
    found = improvement(sizes, balanced_errors(right, truth), confidence=confidence)
    laws = [
        fit_power_law(sizes, balanced_errors(right.mean(1), truth, weights))
        for weights in _drawn(truth, groups, np.random.default_rng(seed))
    ]
    gains, floors = [law.gain(found.size) for law in laws], [law.c for law in laws]
    low, high = _both(found.gain, (found.low, found.high), gains, confidence)
    floor_low, floor_high = _both(found.law.c, (found.floor_low, found.floor_high), floors, confidence)
    floors_inside = max(floor_low, 0.0), min(floor_high, 1.0)
    # No law rises: less than nothing cannot be gained.
    return replace(
        found, low=max(low, 0.0), high=high, floor_low=floors_inside[0], floor_high=floors_inside[1]
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
    ndarray
        Float64 [...], in [0, 1].
    """
    right = np.asarray(correct, dtype=np.float64)  # [..., n]
    times = np.ones(right.shape[-1]) if weights is None else np.asarray(weights, dtype=np.float64)
    accuracies = [balanced_accuracy(run * times, labels, times) for run in right.reshape(-1, len(times))]
    errors: Floats = np.clip(1 - np.reshape(accuracies, right.shape[:-1]), 0, 1)
    return errors


def _drawn(truth: NDArray[np.int64], groups: Sequence[str], random: np.random.Generator) -> Iterator[Floats]:
    """Yield how often each photo is drawn, groups with replacement within each class."""
    _, of_class = np.unique(truth, return_inverse=True)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    pair, member = np.unique(np.stack([of_class, group]), axis=1, return_inverse=True)
    for _ in range(_DRAWS):
        times = np.zeros(pair.shape[1])
        for label in range(of_class.max() + 1):
            own = np.flatnonzero(pair[0] == label)
            times[own] = random.multinomial(len(own), np.full(len(own), 1 / len(own)))
        yield times[member.ravel()]


def _both(
    estimate: float, over_runs: tuple[float, float], drawn: Sequence[float], confidence: float
) -> tuple[float, float]:
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.quantile(drawn, tails)
    below = hypot(estimate - over_runs[0], max(estimate - float(low), 0.0))
    above = hypot(over_runs[1] - estimate, max(float(high) - estimate, 0.0))
    return estimate - below, estimate + above
