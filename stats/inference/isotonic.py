"""Isotonic regression: a check of the design, in which accuracy only falls with heavier crops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.table.arrays import FloatArray


@dataclass(frozen=True)
class Monotone:
    """Accuracies by level against their best non-increasing fit.

    Attributes
    ----------
    fitted : (L,) best non-increasing accuracies
    largest_rise : how far accuracy rises above the best non-increasing curve at most, in [0, 1]
    p : bootstrap p of a departure at least this large if the truth is the fitted curve
    """

    fitted: tuple[float, ...]
    largest_rise: float
    p: float


def fit_non_increasing(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Fit non-increasing rows by weighted least squares, many rows at once.

    Parameters
    ----------
    values : (B, L) float
        Accuracies by level, light to heavy.
    weights : (L,) float
        Weight of each level.

    References
    ----------
    Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference (max-min formula).

    Examples
    --------
    >>> import numpy as np
    >>> fit_non_increasing(np.array([[0.9, 0.6, 0.8, 0.5]]), np.ones(4)).round(3).tolist()
    [[0.9, 0.7, 0.7, 0.5]]
    """
    sums = np.cumsum(np.pad(values * weights, ((0, 0), (1, 0))), axis=1)
    total = np.cumsum(np.pad(weights, (1, 0)))
    levels = range(values.shape[1])
    columns = []
    for place in levels:
        # Highest average of any stretch that ends here or later, then the lowest over its possible starts.
        starts = [
            np.max(
                [
                    (sums[:, end + 1] - sums[:, start]) / (total[end + 1] - total[start])
                    for end in levels[place:]
                ],
                axis=0,
            )
            for start in levels[: place + 1]
        ]
        columns.append(np.min(starts, axis=0))
    return np.column_stack(columns)


def monotone_check(estimates: FloatArray, replicates: FloatArray, weights: FloatArray) -> Monotone:
    """Compare accuracies with their best non-increasing fit.

    Parameters
    ----------
    estimates : (L,) float
        Accuracy by level, light to heavy.
    replicates : (B, L) float
        Bootstrap replicates of the same.
    weights : (L,) float
        Trials by level.

    References
    ----------
    Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference.

    Examples
    --------
    >>> import numpy as np
    >>> estimates = np.array([0.9, 0.7, 0.85, 0.5])
    >>> replicates = estimates + np.random.default_rng(0).normal(0, 0.02, (999, 4))
    >>> check = monotone_check(estimates, replicates, np.ones(4))
    >>> round(check.largest_rise, 3), check.p
    (0.075, 0.001)
    """
    fitted = fit_non_increasing(estimates[None, :], weights)[0]
    null = replicates - estimates + fitted
    departure = _departure(estimates[None, :], fitted[None, :], weights)[0]
    simulated = _departure(null, fit_non_increasing(null, weights), weights)
    p = (1 + int((simulated >= departure - 1e-15).sum())) / (1 + len(replicates))
    return Monotone(tuple(fitted.tolist()), float((estimates - fitted).max()), p)


def _departure(values: FloatArray, fitted: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted squared distance of each row to its fit, (B,)."""
    return np.asarray((weights * (values - fitted) ** 2).sum(axis=1))
