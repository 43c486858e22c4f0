"""The promises of the method page, kept in simulation."""

from __future__ import annotations

import numpy as np
import pytest

from stats.planning.calibration_runs import calibrate
from stats.planning.error_rates import (
    NO_SWEET_SPOT,
    NUMBERS_OF_LEVELS,
    boundary_studies,
    declarations,
    naive_rejections,
)
from stats.planning.simulated_studies import Spread, draw, latin_square, location, simulate


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_promise_of_the_method_page_is_kept() -> None:
    rates = calibrate(500, 7, lambda line: None)
    slack = 0.02  # of 500 runs: two standard errors of a rate of .05
    for rate in rates:
        assert rate.goal_low - slack <= rate.rate <= rate.goal_high + slack, rate


def test_pooling_trials_as_if_independent_would_reject_far_too_often() -> None:
    assert np.mean(naive_rejections(300, np.random.default_rng(0))) > 0.15


@pytest.mark.thorough
def test_studies_without_a_sweet_spot_rarely_declare_one() -> None:
    people, machine = NO_SWEET_SPOT["machine first, then people"]
    assert (
        np.mean(declarations(people, machine, 60, np.random.default_rng(0))) <= 0.13
    )  # exact test of .06 at .01


@pytest.mark.thorough
@pytest.mark.parametrize("n_levels", NUMBERS_OF_LEVELS)
def test_a_false_sweet_spot_is_as_rare_with_one_level_as_with_many(n_levels: int) -> None:
    """One level alone has the whole alpha in both of its tests, and the error is still at most that."""
    worst = list(boundary_studies(n_levels).values())[-1]
    declared = declarations(*worst, 80, np.random.default_rng(n_levels))
    assert np.mean(declared) <= 0.15  # exact test of .07 at .01


@pytest.mark.parametrize("accuracy", [0.34, 0.85, 0.99])
def test_the_simulated_truth_is_the_marginal_accuracy(accuracy: float) -> None:
    spread, rng = Spread(0.6, 1.0), np.random.default_rng(1)
    effects = rng.normal(location(accuracy, spread), spread.total, 400_000)
    assert (1 / (1 + np.exp(-effects))).mean() == pytest.approx(accuracy, abs=0.002)


def test_each_person_sees_each_photo_once() -> None:
    trials = simulate([0.9, 0.8, 0.7], np.random.default_rng(0), n_agents=6, n_items=30)
    assert len(trials) == 180
    assert not trials.duplicated(["agent_id", "item_id"]).any()
    assert (trials.groupby(["agent_id", "crop_level"]).size() == 10).all()


def test_arrays_and_frames_are_drawn_from_the_same_truth() -> None:
    rng = np.random.default_rng(2)
    levels = draw([0.9, 0.5], Spread(), latin_square(200, 200, 2), rng)
    assert [level.correct.mean() for level in levels] == pytest.approx([0.9, 0.5], abs=0.04)
