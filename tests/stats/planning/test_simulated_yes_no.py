"""Simulated yes-no studies have the d' and the criterion that they are said to have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stats.planning.other_studies.simulated_yes_no import Population, coverage, judged_once

SMALL = Population(1.0, 0.0, 18, 100)


@pytest.mark.parametrize(
    "population",
    [
        Population(1.0, 0.0, 300, 300),
        Population(2.0, 0.5, 300, 300),
        Population(1.0, -0.3, 60, 400, both=True),
    ],
)
def test_a_large_study_finds_the_planted_truth(population: Population) -> None:
    judged = judged_once(population, np.random.default_rng(1))
    assert (judged.d_prime, judged.criterion) == pytest.approx(population.truth, abs=0.12)


def test_differences_between_people_and_photos_make_the_populations_d_prime_smaller() -> None:
    alike = replace(SMALL, of_criterion=0.0, of_sensitivity=0.0, of_photos=0.0)
    assert alike.truth == (1.0, 0.0)
    assert SMALL.truth[0] < 0.9


@pytest.mark.thorough
def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    of_d_prime, of_criterion = coverage(SMALL, 150, np.random.default_rng(2))
    assert 0.88 <= np.mean(of_d_prime) <= 1.0
    assert 0.88 <= np.mean(of_criterion) <= 1.0


def test_a_study_in_which_nobody_says_yes_has_no_interval_and_holds_nothing() -> None:
    silent = replace(SMALL, criterion=50.0)
    assert coverage(silent, 3, np.random.default_rng(3)) == ([False] * 3, [False] * 3)
