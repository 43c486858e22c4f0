"""d' for m alternatives: closed form for two, published table for more, undefined at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from stats import verdict
from stats.psychophysics.d_prime import d_prime, proportion_correct, sensitivity
from tests.stats.tables import block, table


@pytest.mark.parametrize("accuracy", [0.55, 0.75, 0.95])
def test_two_alternatives_have_a_closed_form(accuracy: float) -> None:
    assert d_prime(accuracy, 2) == pytest.approx(math.sqrt(2) * stats.norm.ppf(accuracy), abs=1e-8)


@pytest.mark.parametrize("m", [2, 3, 9, 16])
def test_chance_is_no_sensitivity(m: int) -> None:
    assert d_prime(1 / m, m) == pytest.approx(0, abs=1e-6)


def test_it_recovers_a_simulated_observer() -> None:
    impressions = np.random.default_rng(0).normal(0, 1, (200_000, 3))
    impressions[:, 0] += 1.5
    accuracy = (impressions.argmax(axis=1) == 0).mean()
    assert proportion_correct(1.5, 3) == pytest.approx(accuracy, abs=0.004)
    assert d_prime(accuracy, 3) == pytest.approx(1.5, abs=0.015)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_perfection_has_no_finite_sensitivity(accuracy: float) -> None:
    assert d_prime(accuracy, 3) is None


def test_the_interval_is_that_of_the_accuracy() -> None:
    human = verdict(table(block("human", 18, 100, 0), block("model", 3, 100, 5))).levels[0].human
    people = sensitivity(human, 3)
    assert people.d_prime is None
    assert people.ci_high is None
    assert people.ci_low == pytest.approx(d_prime(human.ci_low, 3))
