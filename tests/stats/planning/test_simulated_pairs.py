"""Simulated studies of two photos at once have the d' that they are said to have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from stats.planning.other_studies.simulated_pairs import (
    PairPopulation,
    chosen_once,
    compared_once,
    coverage,
)
from stats.psychophysics.hits_and_alarms import YesNo

Study = Callable[[PairPopulation, np.random.Generator], YesNo]
SMALL = PairPopulation(2.0, 1.5, 18, 60)


def truth(population: PairPopulation, study: Study) -> float:
    return population.choosing_d_prime if study is chosen_once else population.comparing_d_prime


@pytest.mark.sampled
@pytest.mark.parametrize("study", [chosen_once, compared_once])
@pytest.mark.parametrize(("d_prime", "criterion"), [(1.5, 1.0), (2.5, 2.0)])
def test_a_large_study_finds_the_planted_truth(study: Study, d_prime: float, criterion: float) -> None:
    many = PairPopulation(d_prime, criterion, 300, 600)
    assert study(many, np.random.default_rng(1)).d_prime == pytest.approx(truth(many, study), abs=0.15)


@pytest.mark.parametrize("study", [chosen_once, compared_once])
def test_where_observers_and_pairs_are_alike_their_d_prime_is_the_populations(study: Study) -> None:
    alike = replace(SMALL, of_sensitivity=0.0, of_criterion=0.0, of_pairs=0.0)
    assert truth(alike, study) == pytest.approx(2.0)
    assert truth(SMALL, study) < 1.9


@pytest.mark.sampled
@pytest.mark.parametrize("study", [chosen_once, compared_once])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(study: Study) -> None:
    (held,) = coverage(SMALL, study, truth(SMALL, study), 150, np.random.default_rng(2))
    assert 0.88 <= np.mean(held) <= 1.0


def test_a_study_in_which_nobody_ever_says_different_has_no_interval_and_holds_nothing() -> None:
    silent = replace(SMALL, criterion=50.0)
    assert coverage(silent, compared_once, 2.0, 3, np.random.default_rng(3)) == ([False] * 3,)
