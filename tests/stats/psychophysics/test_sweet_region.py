"""The continuous sweet spot: planted crossings are covered, nothing is invented outside the tested range."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from stats import TableError
from stats.inference.isotonic import fit_non_increasing, monotone_check
from stats.planning.simulated_studies import Spread, simulate
from stats.psychophysics.goodness_of_fit import Fit
from stats.psychophysics.psychometric import Curves
from stats.psychophysics.sweet_region import sweet_region
from tests.stats.tables import block, table

X = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
PEOPLE = Curves(np.array([0.80]), np.array([0.07]), np.array([0.02]), 1 / 3)
MACHINE = Curves(np.array([0.45]), np.array([0.08]), np.array([0.02]), 1 / 3)


def study(seed: int, people: Curves = PEOPLE, machine: Curves = MACHINE) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    humans = simulate(people.at(X)[0], rng, n_agents=40, n_items=150)
    seeds = simulate(machine.at(X)[0], rng, agent_type="model", n_agents=5, n_items=150,
                     spread=Spread(0.2, 1.0), crossed=True)  # fmt: skip
    trials = pd.concat([humans, seeds], ignore_index=True)
    return trials.assign(crop_fraction=X[trials["crop_level"]])


@pytest.mark.thorough
def test_the_planted_crossings_are_found_and_the_region_between_them_is_certified() -> None:
    region = sweet_region(study(5), resamples=1000)
    assert region.axis == "crop_fraction"
    assert region.x_human.ci_low < PEOPLE.crossing(0.85)[0] < region.x_human.ci_high
    assert region.x_machine.ci_low < MACHINE.crossing(0.75)[0] < region.x_machine.ci_high
    assert region.certified == (region.x_machine.ci_high, region.x_human.ci_low)
    assert region.x_machine.estimate < region.x_best.estimate
    assert region.warnings == ()


@pytest.mark.slow
def test_the_interval_of_a_crossing_covers_its_truth() -> None:
    covered = []
    for seed in range(200):
        place = sweet_region(study(seed), resamples=600).x_human
        covered.append(place.ci_low <= PEOPLE.crossing(0.85)[0] <= (place.ci_high or 1))
    assert 0.91 <= np.mean(covered) <= 0.995  # the two-way bootstrap is conservative by design


@pytest.mark.thorough
def test_people_who_never_fall_have_no_invented_crossing() -> None:
    steady = Curves(np.array([2.0]), np.array([0.1]), np.array([0.02]), 1 / 3)
    region = sweet_region(study(1, people=steady), resamples=300)
    assert region.x_human.estimate is None
    assert region.x_human.ci_high is None
    assert region.certified[1] == X[-1]


@pytest.mark.thorough
def test_nothing_is_certified_where_people_fall_before_the_machine() -> None:
    assert sweet_region(study(1, people=MACHINE, machine=PEOPLE), resamples=300).certified is None


@pytest.mark.sampled
@pytest.mark.parametrize(("people", "warning"), [(1, "one person only"), (3, "only 3 people")])
def test_a_few_people_do_not_certify_anything_for_all_people_in_silence(people: int, warning: str) -> None:
    trials = study(5)
    few = trials["agent_id"].isin(["m0", "m1", "m2", "m3", "m4", *(f"h{place}" for place in range(people))])
    region = sweet_region(trials.loc[few], resamples=200)
    assert warning in region.warnings[0]
    assert (region.certified is None) == (people == 1)
    if people == 1:
        assert (region.x_human.ci_low, region.x_human.ci_high, region.x_best.ci_low) == (None, None, None)


@pytest.mark.thorough
def test_without_crop_fraction_the_axis_is_the_level() -> None:
    region = sweet_region(study(1).drop(columns="crop_fraction"), resamples=100)
    assert region.axis == "crop_level"
    assert region.x == (0, 1, 2, 3, 4)


def test_a_curve_needs_three_levels() -> None:
    trials = study(1)
    with pytest.raises(TableError, match="3 crop levels"):
        sweet_region(trials.loc[trials["crop_level"] < 2], resamples=10)


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "lacking"), [("human", "machine"), ("model", "people")])
def test_a_table_of_one_side_has_its_half_and_the_reason_for_the_other(kind: str, lacking: str) -> None:
    """A table of people only was refused as a whole; the kind is a half that fails with the other half."""
    trials = study(1)
    region = sweet_region(trials.loc[trials["agent_type"] == kind], resamples=50)
    assert list(region.curves) == [name for name in ("people", "machine") if name != lacking]
    assert (region.x_human is None, region.x_machine is None) == (lacking == "people", lacking == "machine")
    assert (region.x_best, region.certified) == (None, None)
    assert region.reasons[0].startswith(f"no curve of {lacking}: ")
    assert "and there are none" in region.reasons[0]
    json.dumps(region.to_dict(), allow_nan=False)


@pytest.mark.thorough
def test_no_figure_lies_outside_the_levels_at_which_its_side_was_tested() -> None:
    """A machine tested at levels 2 to 4 crossed at level .8 and had a region certified from level 1.7 on."""
    trials = study(3).drop(columns="crop_fraction")
    heavy = trials.loc[(trials["agent_type"] == "human") | (trials["crop_level"] >= 2)]
    region = sweet_region(heavy, resamples=200)
    assert (region.human.x, region.machine.x) == ((0, 1, 2, 3, 4), (2, 3, 4))
    assert (region.machine.grid[0], region.machine.grid[-1]) == (2, 4)
    assert region.x_machine.estimate is None or region.x_machine.estimate >= 2
    assert region.x_machine.ci_high >= 2
    assert 2 <= region.x_best.ci_low <= region.x_best.estimate <= 4
    assert region.certified is None
    assert "no region without a competent machine: no machine trials at level 0" in region.reasons[0]


@pytest.mark.thorough
def test_people_tested_apart_from_the_machine_have_no_place_of_largest_gap() -> None:
    rng = np.random.default_rng(4)
    people = simulate([0.97, 0.9, 0.8], rng, n_agents=12, n_items=60)
    machine = simulate([0.9, 0.6, 0.4], rng, agent_type="model", n_agents=3, n_items=60)
    apart = pd.concat([people, machine.assign(crop_level=machine["crop_level"] + 5)])
    assert sweet_region(apart, resamples=50).x_best is None


@pytest.mark.thorough
def test_a_broken_machine_certifies_no_region() -> None:
    everywhere_bad = Curves(np.array([-0.5]), np.array([0.2]), np.array([0.2]), 1 / 3)
    region = sweet_region(study(2, machine=everywhere_bad), resamples=200)
    assert region.certified is None
    assert "does not exceed competence .80" in region.reasons[0]


@pytest.mark.thorough
def test_a_curve_that_leaves_the_levels_own_intervals_is_said_to_fit_badly_and_certifies_nothing() -> None:
    """People who fail in the middle and hold at the end follow no falling curve."""
    trials = study(5)
    swapped = {0: 0, 1: 4, 2: 2, 3: 3, 4: 1}
    people = trials["agent_type"] == "human"
    trials.loc[people, "crop_level"] = trials.loc[people, "crop_level"].map(swapped)
    region = sweet_region(trials.drop(columns="crop_fraction"), resamples=300)
    fit = region.human.fit
    assert fit.missed
    assert fit.p < 0.05
    assert not fit.fits(0.05)
    assert region.machine.fit.fits(0.05)
    assert region.certified is None
    assert "no region from a curve that fits badly: that of people" in region.reasons


@pytest.mark.thorough
def test_levels_without_all_classes_are_no_points_of_a_curve() -> None:
    trials = study(1)
    lacking = (trials["crop_level"] == 0) & (trials["category"] == "dunk") & (trials["agent_type"] == "human")
    region = sweet_region(trials.loc[~lacking], resamples=50)
    assert (len(region.human.x), len(region.machine.x)) == (4, 5)


@pytest.mark.thorough
def test_levels_by_subject_are_placed_by_what_the_subject_loses_and_never_mixed_with_the_photo() -> None:
    trials = study(1).assign(crop_fraction=lambda rows: 1 - 0.01 * (4 - rows["crop_level"]))
    left = 1 - trials["crop_level"] * 0.2
    region = sweet_region(trials.assign(subject_kept=left, subject_share=0.5), resamples=50)
    assert region.axis == "subject_cut"
    assert region.x == pytest.approx(X)
    with pytest.raises(TableError, match="subject_kept must be given at every level"):
        sweet_region(
            trials.assign(subject_kept=left.where(trials["crop_level"] != 2), subject_share=0.5), resamples=9
        )


@pytest.mark.thorough
def test_names_of_photos_that_never_meet_are_asked_about() -> None:
    """Rows of people name cat_40.png, those of the machine cat_10.png: every pair was lost in silence."""
    trials = study(1)
    machine = trials["agent_type"] == "model"
    trials.loc[machine, "item_id"] = trials.loc[machine, "item_id"] + "_10.png"
    assert "do the names of the photos agree?" in sweet_region(trials, resamples=20).warnings[0]


def test_one_class_has_no_chance_to_fall_to() -> None:
    one_class = table(*(block(kind, 5, 20, 9, level) for kind in ("human", "model") for level in range(3)))
    with pytest.raises(TableError, match="one class alone"):
        sweet_region(one_class, resamples=10)


def test_a_crop_fraction_that_does_not_grow_with_the_level_is_refused() -> None:
    with pytest.raises(TableError, match="grow with crop_level"):
        sweet_region(study(1).assign(crop_fraction=0.5), resamples=10)


@pytest.mark.thorough
def test_the_gap_pairs_photos_so_that_their_difficulty_cancels() -> None:
    rng = np.random.default_rng(9)
    people = simulate([0.8] * 3, rng, n_agents=30, n_items=90, spread=Spread(0.2, 2.0))
    twin = people.assign(agent_type="model", agent_id="m" + people["agent_id"].astype(str))
    region = sweet_region(pd.concat([people, twin]), resamples=50)
    for gap in region.gaps:
        assert gap.estimate == 0
        assert gap.ci_low < 0 < gap.ci_high
        assert gap.se < 0.04


@pytest.mark.thorough
def test_the_gap_of_a_single_network_says_that_it_is_conditional() -> None:
    trials = study(2)
    one_network = trials.loc[(trials["agent_type"] == "human") | (trials["agent_id"] == "m0")]
    region = sweet_region(one_network, resamples=50)
    assert all(gap.conditional for gap in region.gaps)
    assert any("one trained network" in warning for warning in region.warnings)


def test_falling_fits_are_those_of_scipy() -> None:
    from scipy.optimize import isotonic_regression

    rng = np.random.default_rng(0)
    values, weights = rng.random((20, 7)), rng.random(7) + 0.1
    for row, fitted in zip(values, fit_non_increasing(values, weights), strict=True):
        assert fitted == pytest.approx(isotonic_regression(row, weights=weights, increasing=False).x)


def test_a_rise_against_the_order_is_noticed_and_chance_is_not() -> None:
    rng = np.random.default_rng(0)
    weights = np.ones(4)
    noise = rng.normal(0, 0.02, (2000, 4))
    rising = np.array([0.9, 0.7, 0.85, 0.5])
    assert monotone_check(rising, rising + noise, weights).p < 0.01
    wobble = np.array([0.9, 0.8, 0.805, 0.5])
    assert monotone_check(wobble, wobble + noise, weights).p > 0.2


def two_classes(people_wrong: Sequence[int], machine_wrong: Sequence[int]) -> pd.DataFrame:
    """10 people and 3 networks, 20 photos in each of two classes; wrong trials per class and level."""
    return table(
        *(
            block(kind, agents, 20, wrong, level, category)
            for kind, agents, by_level in (("human", 10, people_wrong), ("model", 3, machine_wrong))
            for level, wrong in enumerate(by_level)
            for category in ("dunk", "shoot")
        )
    )


@pytest.mark.thorough
def test_answers_that_do_not_vary_have_an_interval_between_levels_and_never_one_of_no_width() -> None:
    """The network knows whole photos only: it crosses somewhere between level 0 and level 1."""
    region = sweet_region(two_classes([2, 2, 2], [0, 60, 60]), floor=0.6, ceiling=0.55, resamples=200)
    assert (region.x_machine.ci_low, region.x_machine.ci_high) == (0, 1)
    assert 0 < region.x_machine.estimate < 1
    assert region.machine.fit == Fit(region.machine.fit.deviance, None, missed=(1, 2))
    assert region.certified is None  # always wrong is worse than guessing, which no curve describes


@pytest.mark.thorough
def test_a_crossing_beyond_the_range_is_bounded_by_the_range() -> None:
    region = sweet_region(two_classes([2, 2, 2], [5, 5, 5]), floor=0.6, ceiling=0.55, resamples=200)
    for place in (region.x_human, region.x_machine):
        assert place.estimate is None
        assert place.ci_low <= 2
        assert place.ci_high is None
    json.dumps(region.to_dict(), allow_nan=False)
