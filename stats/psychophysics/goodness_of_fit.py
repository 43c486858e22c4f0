"""How well a fitted curve describes the levels: their own intervals, and the deviance against themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.psychophysics.psychometric import Curves, fit_curves
from stats.table.arrays import FloatArray

MOST_REFITS = 999
NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Fit:
    """How well a curve fits the levels that it was fitted to.

    Attributes
    ----------
    deviance : twice the log-likelihood that the saturated model (every level its own accuracy) has in advance
    p : share of curves, refitted where the fitted curve is the truth, that lie as far off; None where the
        answers do not vary
    missed : places of the levels whose own interval the curve leaves
    """

    deviance: float
    p: float | None
    missed: tuple[float, ...]

    def fits(self, alpha: float) -> bool:
        """Return whether the curve passes through every level's own interval and is not rejected at alpha."""
        return not self.missed and (self.p is None or self.p >= alpha)


def goodness_of_fit(
    x: FloatArray,
    accuracies: FloatArray,
    trials: FloatArray,
    curves: Curves,
    intervals: FloatArray,
) -> Fit:
    """Compare a fitted curve with the levels.

    The p is a bootstrap p: answers of one person or about one photo are alike, so that the deviance has no
    chi-squared distribution. Resampled accuracies are moved to where the curve is the truth, and refitted.

    Parameters
    ----------
    x : (L,) float
        Place of each level.
    accuracies : (1 + B, L) float
        Observed, then resampled; NaN where a resample lost a level.
    trials : (L,) float
        Trials behind an accuracy.
    curves
        Fitted to each row of the accuracies.
    intervals : (L, 2) float
        Of each level's own accuracy.

    References
    ----------
    Wichmann & Hill (2001), The psychometric function I, Percept. Psychophys. 63 (deviance, and its
    distribution by simulation).

    Examples
    --------
    Accuracies that fall, rise and fall again are no psychometric curve.

    >>> x, trials = np.arange(4.0), np.full(4, 400.0)
    >>> drawn = np.random.default_rng(0).normal(0, 0.02, (99, 4))
    >>> for observed in ([0.95, 0.9, 0.7, 0.5], [0.95, 0.5, 0.9, 0.5]):
    ...     rows = np.vstack([observed, np.clip(np.array(observed) + drawn, 0, 1)])
    ...     own = np.array(observed)[:, None] + np.array([-0.04, 0.04])
    ...     fit = goodness_of_fit(x, rows, trials, fit_curves(x, rows, trials, 0.5), own)
    ...     print(fit.fits(0.05), fit.missed)
    True ()
    False (0.0, 1.0, 2.0, 3.0)
    """
    fitted = curves.at(x)[0]
    deviance = float(_deviance(accuracies[:1], fitted[None, :], trials)[0])
    outside = (fitted < intervals[:, 0]) | (fitted > intervals[:, 1])
    complete = accuracies[1:][~np.isnan(accuracies[1:]).any(axis=1)][:MOST_REFITS]
    departures = complete - accuracies[0]
    p = None
    if complete.size and np.ptp(departures, axis=0).max() > NO_SPREAD:
        null = np.clip(fitted + departures, 0, 1)
        refitted = fit_curves(x, null, trials, curves.chance).at(x)
        p = float((1 + (_deviance(null, refitted, trials) >= deviance).sum()) / (1 + len(null)))
    return Fit(deviance, p, tuple(x[outside].tolist()))


def _deviance(accuracy: FloatArray, fitted: FloatArray, trials: FloatArray) -> FloatArray:
    """Return the deviance of each row, (B,)."""
    right = special.xlogy(accuracy, accuracy / fitted)
    wrong = special.xlogy(1 - accuracy, (1 - accuracy) / (1 - fitted))
    return np.asarray(2 * (trials * (right + wrong)).sum(axis=1))
