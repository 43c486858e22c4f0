"""Psychometric curves: accuracy against the share of the photo cut away, fitted to many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.table.arrays import FloatArray

LARGEST_LAPSE = 0.25
STEPS = 60
SMALLEST_GAIN = 1e-14  # of a step, for each unit of the loss: less is rounding
# Weak priors keep a curve finite where the data say nothing (everybody at ceiling at every level):
# centre within about two tested ranges, width within a factor of ten, lapse anywhere below its limit.
PRIOR_SD = np.array([2.0, 2.0, 2.0])


@dataclass(frozen=True)
class Curves:
    """Fitted curves ``p(x) = chance + (1 - chance - lapse) * expit(-(x - mu) / s)``.

    Attributes
    ----------
    mu, s, lapse : (B,) float
        Centre and width of each curve, in units of x, and its lapse rate.
    chance : accuracy of guessing

    Examples
    --------
    >>> import numpy as np
    >>> curve = Curves(np.array([0.5]), np.array([0.08]), np.array([0.02]), chance=1 / 3)
    >>> curve.at(np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [[0.98, 0.66, 0.33]]
    >>> curve.crossing(0.85).round(2).tolist()
    [0.39]
    """

    mu: FloatArray
    s: FloatArray
    lapse: FloatArray
    chance: float

    def at(self, x: FloatArray) -> FloatArray:
        """Return the accuracies (B, L) at places x (L,)."""
        curve = self.mu[:, None] - x[None, :]  # computed in place: with many resamples it is large
        curve /= self.s[:, None]
        special.expit(curve, out=curve)
        curve *= 1 - self.chance - self.lapse[:, None]
        curve += self.chance
        return np.asarray(curve)

    def crossing(self, accuracy: float) -> FloatArray:
        """Return where each curve falls through an accuracy, (B,).

        A curve that starts below it crosses at -inf; one that never falls so low crosses at inf.
        """
        share = (accuracy - self.chance) / (1 - self.chance - self.lapse)
        inside = np.clip(share, 1e-12, 1 - 1e-12)
        solved = self.mu - self.s * special.logit(inside)
        return np.where(share >= 1, -np.inf, np.where(share <= 0, np.inf, solved))


def fit_curves(x: FloatArray, accuracy: FloatArray, trials: FloatArray, chance: float) -> Curves:
    """Fit one curve per row by penalised maximum likelihood (Levenberg-Marquardt, all rows at once).

    Parameters
    ----------
    x : (L,) float
        Share of the photo cut away, ascending.
    accuracy : (B, L) float
        Accuracy per resample and level; NaN is a level without trials.
    trials : (L,) float
        Trials behind an accuracy, the weight of its binomial likelihood.
    chance
        Accuracy of guessing, 1/K.

    References
    ----------
    Wichmann & Hill (2001), The psychometric function I, Percept. Psychophys. 63.
    Schuett, Harmeling, Macke & Wichmann (2016), Painfree and accurate Bayesian estimation of psychometric
    functions, Vision Res. 122 (weak priors).

    Examples
    --------
    >>> import numpy as np
    >>> x, accuracy = np.array([0.0, 0.2, 0.4, 0.6, 0.8]), np.array([[0.98, 0.97, 0.86, 0.47, 0.36]])
    >>> curves = fit_curves(x, accuracy, np.full(5, 1000.0), chance=1 / 3)
    >>> curves.mu.round(2).tolist(), curves.at(x).round(2).tolist()
    ([0.51], [[0.98, 0.97, 0.86, 0.47, 0.34]])
    """
    scale = Scale(float(x.min()), float(np.ptp(x)) or 1.0, chance)
    seen = ~np.isnan(accuracy)  # (B, L)
    weight = np.where(seen, trials[None, :], 0.0)
    target = np.where(seen, accuracy, 0.5)
    theta = np.tile(np.array([0.0, 0.0, -1.0]), (len(accuracy), 1))  # (B, 3)
    damping = np.full(len(accuracy), 1e-2)
    loss = _loss(theta, x, target, weight, scale)
    rows = np.arange(len(accuracy))  # whose curves still come nearer: few take all the steps
    for _ in range(STEPS):
        data = x, target[rows], weight[rows], scale
        proposal = theta[rows] - _step(theta[rows], *data, damping[rows])
        gain = loss[rows] - _loss(proposal, *data)
        better = gain >= 0
        theta[rows[better]] = proposal[better]
        loss[rows[better]] -= gain[better]
        damping[rows] = np.clip(damping[rows] * np.where(better, 0.2, 8), 1e-9, 1e9)
        rows = rows[~better | (gain >= SMALLEST_GAIN * (1 + loss[rows]))]
        if rows.size == 0:
            break
    return Curves(*scale.parameters(theta), chance)


@dataclass(frozen=True)
class Scale:
    """Maps unbounded parameters to centre, width and lapse rate of a curve.

    Attributes
    ----------
    start, span : lightest place tested, and the distance to the heaviest
    chance : accuracy of guessing
    """

    start: float
    span: float
    chance: float

    def parameters(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return centre, width and lapse rate, (B,) each, of unbounded parameters (B, 3)."""
        mu = self.start + self.span * (0.5 + theta[:, 0])
        s = self.span / 6 * np.exp(theta[:, 1])
        return mu, s, LARGEST_LAPSE * special.expit(theta[:, 2])

    def curve(self, theta: FloatArray, x: FloatArray) -> FloatArray:
        """Return accuracies (B, L)."""
        mu, s, lapse = (part[:, None] for part in self.parameters(theta))
        rise = 1 - self.chance - lapse
        return np.clip(self.chance + rise * special.expit(-(x[None, :] - mu) / s), 1e-9, 1 - 1e-9)

    def curve_and_slopes(self, theta: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return accuracies (B, L) and their derivatives (B, L, 3) by the unbounded parameters."""
        mu, s, lapse = (part[:, None] for part in self.parameters(theta))
        z = -(x[None, :] - mu) / s  # (B, L)
        f = special.expit(z)
        rise = 1 - self.chance - lapse
        bend = rise * f * (1 - f)
        by_lapse = -f * lapse * (1 - lapse / LARGEST_LAPSE)
        slopes = np.stack([bend * self.span / s, -bend * z, by_lapse], axis=2)
        return np.clip(self.chance + rise * f, 1e-9, 1 - 1e-9), slopes


def _loss(theta: FloatArray, x: FloatArray, y: FloatArray, weight: FloatArray, scale: Scale) -> FloatArray:
    p = scale.curve(theta, x)
    likelihood = (weight * (special.xlogy(y, p) + special.xlogy(1 - y, 1 - p))).sum(axis=1)
    return np.asarray(-likelihood + 0.5 * ((theta / PRIOR_SD) ** 2).sum(axis=1))


def _step(
    theta: FloatArray, x: FloatArray, y: FloatArray, weight: FloatArray, scale: Scale, damping: FloatArray
) -> FloatArray:
    """Return the damped Fisher-scoring step, (B, 3)."""
    p, slopes = scale.curve_and_slopes(theta, x)
    information = weight / (p * (1 - p))
    gradient = -np.einsum("bl,blk->bk", information * (y - p), slopes) + theta / PRIOR_SD**2
    curvature = np.einsum("bl,blj,blk->bjk", information, slopes, slopes) + np.diag(1 / PRIOR_SD**2)
    diagonal = np.einsum("bkk->bk", curvature)[:, :, None] * np.eye(3)
    solved = np.linalg.solve(curvature + damping[:, None, None] * diagonal, gradient[:, :, None])
    return np.asarray(solved[:, :, 0])
