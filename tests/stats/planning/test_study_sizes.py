"""Planning: the smallest size that is enough, and a pilot's spreads recovered from its table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats import CriteriaError
from stats.planning.frozen_plan import read_plan
from stats.planning.pilot_guess import guess_from, spread_of
from stats.planning.power_analysis import Design
from stats.planning.simulated_studies import EVERY_LEVEL, Spread, draw, latin_square, simulate
from stats.planning.study_sizes import recommend

CLEAR = Design(human=(0.97, 0.94), machine=(0.96, 0.40), photos=60, seeds=4)


@pytest.mark.thorough
def test_the_size_to_choose_has_the_fewest_answers_among_those_that_are_enough() -> None:
    plan = recommend(CLEAR, [3, 30, 60], [60, 120], [4], runs=40, goal=0.7)
    assert [(size.photos, size.power.people) for size in plan.sizes] == [
        (photos, people) for photos in (60, 120) for people in (3, 30, 60)
    ]
    enough = [size for size in plan.sizes if size.low >= 0.7]
    assert plan.smallest in enough
    assert plan.smallest.answers == min(size.answers for size in enough)
    assert plan.sizes[0] not in enough


def test_where_no_size_is_enough_none_is_recommended() -> None:
    hopeless = Design(human=(0.97, 0.80), machine=(0.96, 0.40), photos=60, seeds=4)
    assert recommend(hopeless, [3, 6], [60], [4], runs=20).smallest is None


def test_a_level_that_shall_be_supported_counts_alone() -> None:
    plan = recommend(CLEAR, [30], [60], [4], runs=20, level=0, goal=0.5)
    assert (plan.sizes[0].chance, plan.smallest) == (0.0, None)


@pytest.mark.parametrize("wrong", [{"goal": 1.0}, {"level": 2}, {"level": -1}])
def test_what_cannot_be_wanted_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CriteriaError):
        recommend(CLEAR, [3], [60], [4], runs=1, **wrong)


@pytest.mark.parametrize("planted", [Spread(0.9, 0.5), Spread(0.3, 1.4), Spread(0.0, 1.0)])
def test_planted_spreads_are_recovered_from_a_latin_square(planted: Spread) -> None:
    rng = np.random.default_rng(4)
    spread = spread_of(draw([0.9, 0.75], planted, latin_square(300, 300, 2), rng))
    assert spread is not None
    assert spread.agent == pytest.approx(planted.agent, abs=0.15)
    assert spread.photo == pytest.approx(planted.photo, abs=0.15)


def test_small_pilots_are_right_on_average() -> None:
    rng = np.random.default_rng(5)
    spreads = [
        spread_of(draw([0.8], Spread(0.6, 1.0), np.full((12, 60), EVERY_LEVEL), rng)) for _ in range(25)
    ]
    assert np.mean([spread.agent for spread in spreads if spread]) == pytest.approx(0.6, abs=0.12)
    assert np.mean([spread.photo for spread in spreads if spread]) == pytest.approx(1.0, abs=0.12)


def test_repeated_answers_of_one_person_to_one_photo_are_no_agreement_of_photos() -> None:
    trials = simulate([0.8], np.random.default_rng(6), n_agents=20, n_items=60, spread=Spread(0.0, 0.0))
    once, thrice = guess_from(trials), guess_from(pd.concat([trials] * 3))
    assert once.people_spread is not None
    assert thrice.people_spread is not None
    assert thrice.people_spread.photo == pytest.approx(once.people_spread.photo, abs=0.05)
    assert thrice.people_spread.photo < 0.5


def test_one_person_and_a_missing_machine_tell_no_spread() -> None:
    guess = guess_from(simulate([0.9], np.random.default_rng(7), n_agents=1, n_items=60))
    assert (guess.people_spread, guess.network_spread, guess.machine) == (None, None, ())


@pytest.mark.parametrize("content", ["", "[]", '{"config": {}}', '{"design": {"floor": 2}}'])
def test_a_file_without_a_frozen_design_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "dataset_description.json"
    path.write_text(content)
    with pytest.raises(CriteriaError, match="frozen design"):
        read_plan(path)
