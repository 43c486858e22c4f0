"""Curves recover planted truths and agree with a general optimiser."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from stats.psychophysics.psychometric import Curves, Scale, _loss, fit_curves

X = np.linspace(0.0, 0.8, 6)
TRUTH = Curves(np.array([0.5]), np.array([0.08]), np.array([0.03]), 1 / 3)


def test_planted_parameters_come_back_without_bias() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.binomial(2000, TRUTH.at(X), (500, 6)) / 2000
    fitted = fit_curves(X, drawn, np.full(6, 2000.0), 1 / 3)
    assert fitted.mu.mean() == pytest.approx(0.5, abs=0.002)
    assert fitted.s.mean() == pytest.approx(0.08, abs=0.002)
    assert fitted.lapse.mean() == pytest.approx(0.03, abs=0.002)


def test_it_finds_the_minimum_that_a_general_optimiser_finds() -> None:
    observed = np.random.default_rng(4).binomial(80, TRUTH.at(X), (4, 6)) / 80
    trials, scale = np.full((1, 6), 80.0), Scale(0.0, 0.8, 1 / 3)
    fitted = fit_curves(X, observed, trials[0], 1 / 3)
    for row in range(4):
        best = minimize(
            lambda theta, y=observed[row]: _loss(theta[None], X, y[None], trials, scale)[0], [0, 0, -1]
        )
        mu, s, lapse = scale.parameters(best.x[None])
        assert (fitted.mu[row], fitted.s[row], fitted.lapse[row]) == pytest.approx(
            (mu[0], s[0], lapse[0]), rel=2e-3
        )


def test_slopes_are_derivatives() -> None:
    scale, theta, step = Scale(0.0, 0.8, 1 / 3), np.array([[0.2, -0.3, -1.0]]), 1e-6
    _, slopes = scale.curve_and_slopes(theta, X)
    for parameter in range(3):
        shift = np.eye(3)[parameter][None] * step
        above, below = (scale.curve_and_slopes(theta + sign * shift, X)[0] for sign in (1, -1))
        assert slopes[0, :, parameter] == pytest.approx((above - below)[0] / (2 * step), abs=1e-7)


def test_a_crossing_is_where_the_curve_has_that_accuracy() -> None:
    where = TRUTH.crossing(0.85)
    assert TRUTH.at(where)[0, 0] == pytest.approx(0.85)


def test_a_curve_that_never_reaches_an_accuracy_has_no_finite_crossing() -> None:
    assert TRUTH.crossing(0.98)[0] == -np.inf
    assert TRUTH.crossing(0.30)[0] == np.inf


def test_observers_at_ceiling_everywhere_give_a_finite_curve() -> None:
    curves = fit_curves(X, np.ones((1, 6)), np.full(6, 1000.0), 1 / 3)
    assert np.isfinite([curves.mu, curves.s, curves.lapse]).all()
    assert curves.crossing(0.85)[0] > X[-1]


def test_a_level_without_trials_does_not_count() -> None:
    observed = TRUTH.at(X)
    lacking = observed.copy()
    lacking[0, 2] = np.nan
    full = fit_curves(X, observed, np.full(6, 5000.0), 1 / 3)
    assert fit_curves(X, lacking, np.full(6, 5000.0), 1 / 3).mu == pytest.approx(full.mu, abs=1e-3)
