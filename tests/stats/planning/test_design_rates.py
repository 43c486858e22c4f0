"""Simulated studies of two groups: effects are seen where they are planted, and seldom elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from stats.planning.other_studies.design_rates import group_rejections, groups_apart, mixed_rejections

RUNS = 60


@pytest.mark.thorough
def test_an_interaction_is_declared_where_it_is_planted_and_not_where_groups_differ_alike() -> None:
    rng = np.random.default_rng(0)
    alike = groups_apart([0.95, 0.85, 0.60], 0.8)
    crossing = [[0.95, 0.93, 0.90], [0.95, 0.80, 0.50]]
    assert np.mean(group_rejections(alike, RUNS, rng, with_level=True)) < 0.12
    assert np.mean(group_rejections(crossing, RUNS, rng, with_level=True)) > 0.9


@pytest.mark.thorough
def test_a_group_that_is_better_everywhere_is_seen() -> None:
    rng = np.random.default_rng(1)
    assert np.mean(group_rejections(groups_apart([0.9, 0.7, 0.5], 2.0), RUNS, rng)) > 0.9
    assert np.mean(group_rejections([[0.9, 0.7, 0.5]] * 2, RUNS, rng)) < 0.15


@pytest.mark.thorough
def test_two_groups_around_the_floor_are_no_people_above_it() -> None:
    assert np.mean(mixed_rejections(0.08, RUNS, np.random.default_rng(2))) < 0.12


@pytest.mark.parametrize("levels", [[0.9], [0.95, 0.5]])
def test_the_log_odds_of_the_groups_differ_by_the_same_amount_at_every_level(levels: list[float]) -> None:
    better, worse = (np.log(np.array(group) / (1 - np.array(group))) for group in groups_apart(levels, 0.8))
    assert better - worse == pytest.approx(np.full(len(levels), 0.8))
