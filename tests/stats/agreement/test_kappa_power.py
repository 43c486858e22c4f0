"""How many photos a difference of kappa needs: observers err together as planted, and power follows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.agreement.kappa_design import KappaDesign, observer_groups
from stats.agreement.kappa_power import photos_needed, simulated_test
from stats.agreement.kappa_resamples import mean_kappa
from stats.agreement.observer_pairs import Judged, Pairs
from stats.agreement.simulated_observers import latent_correlation, simulated, thresholded_kappa
from stats.errors import CriteriaError

ONE = KappaDesign(0.85, (0.7,), (0.4, 0.2), people=6, networks=3, between_networks=0.6)
TWO = KappaDesign(0.85, (0.7, 0.6), (0.3, 0.1), people=6, networks=2, between_people=0.5)


def measured(first: Judged, second: Judged) -> float:
    tallies = Pairs.of(first, second, 20).tallies(np.ones(first.classes.size), by_class=False)
    return mean_kappa(tallies.overall, tallies.shared)


def test_observers_have_the_kappas_and_accuracies_that_are_planted() -> None:
    people, networks = simulated(observer_groups(ONE), 20_000, np.random.default_rng(0))
    assert measured(people, people) == pytest.approx(0.4, abs=0.02)
    assert measured(people, networks) == pytest.approx(0.2, abs=0.02)
    assert measured(networks, networks) == pytest.approx(0.6, abs=0.02)
    assert (people.right.mean(), networks.right.mean()) == pytest.approx((0.85, 0.7), abs=0.01)


def test_two_machines_have_their_own_kappas_with_the_same_people() -> None:
    people, first, second = simulated(observer_groups(TWO), 20_000, np.random.default_rng(1))
    assert measured(people, people) == pytest.approx(0.5, abs=0.02)
    assert measured(people, first) == pytest.approx(0.3, abs=0.02)
    assert measured(people, second) == pytest.approx(0.1, abs=0.02)


@pytest.mark.thorough
@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(-0.9, 0.9))
def test_the_correlation_of_a_kappa_is_the_one_that_gives_it(first: float, second: float, r: float) -> None:
    planted = thresholded_kappa(r, first, second)
    assert thresholded_kappa(latent_correlation(planted, first, second), first, second) == pytest.approx(
        planted, abs=1e-3
    )


@pytest.mark.thorough
@pytest.mark.parametrize("design", [ONE, TWO])
def test_more_photos_see_more_and_the_fewest_that_are_enough_are_named(design: KappaDesign) -> None:
    plan = photos_needed(design, [300, 25], goal=0.5, runs=30)
    few, many = plan.powers
    assert (few.photos, many.photos) == (25, 300)
    assert few.power < many.power
    assert plan.smallest == many
    assert many.low >= 0.5 > few.low


@pytest.mark.thorough
def test_where_no_number_is_enough_none_is_named() -> None:
    plan = photos_needed(ONE, [20, 30], goal=0.95, runs=20)
    assert plan.smallest is None
    assert plan.best in plan.powers


def test_the_same_seed_gives_the_same_power() -> None:
    assert photos_needed(ONE, [40], runs=5) == photos_needed(ONE, [40], runs=5)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_equal_kappas_of_two_machines_are_told_apart_as_rarely_as_promised() -> None:
    design = KappaDesign(0.85, (0.7, 0.6), (0.3, 0.3), people=8, between_people=0.4)
    groups = observer_groups(design)
    tests = [simulated_test(groups, 100, 0.05, 100, np.random.default_rng(run)) for run in range(400)]
    assert np.mean([test is not None and test.p < 0.05 for test in tests]) <= 0.075


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (KappaDesign(0.95, (0.5,), (0.4, 0.3), 5), "leave kappa between"),
        (KappaDesign(0.8, (0.8,), (0.1, 0.6), 5), "at most"),
        (KappaDesign(0.8, (0.8,), (0.0, 0.1), 5), "above 0"),
        (KappaDesign(0.8, (0.8,), (0.8, 0.6), 5, networks=3, between_networks=0.1), "at least"),
        (KappaDesign(0.8, (0.8,), (0.4, 0.2), 1), "two people"),
        (KappaDesign(0.8, (1.0,), (0.4, 0.2), 5), "between 0 and 1"),
        (KappaDesign(0.8, (0.8, 0.8), (0.4, 0.2), 5), "give kappa among them"),
    ],
)
def test_observers_that_cannot_be_are_refused_with_what_to_change(design: KappaDesign, message: str) -> None:
    with pytest.raises(CriteriaError, match=message):
        photos_needed(design, [50], runs=1)


@pytest.mark.parametrize("photos", [[], [19]])
def test_too_few_photos_are_refused(photos: list[int]) -> None:
    with pytest.raises(CriteriaError, match="20 photos"):
        photos_needed(ONE, photos, runs=1)
