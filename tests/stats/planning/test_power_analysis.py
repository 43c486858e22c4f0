"""Power by simulation: more people help, a study without a sweet spot stays quiet."""

from __future__ import annotations

from typing import Any

import pytest

from stats import CriteriaError
from stats.planning.power_analysis import Design, power

CLEAR = Design(human=(0.97, 0.93), machine=(0.96, 0.45), photos=60, seeds=4)


@pytest.mark.thorough
def test_more_people_see_more() -> None:
    few, many = power(CLEAR, [4, 30], runs=60, seed=1)
    assert many.per_level[1] > few.per_level[1] + 0.2
    assert many.per_level[0] == 0
    assert many.low[1] < many.per_level[1] <= many.high[1]
    assert many.any_level == many.per_level[1]


@pytest.mark.thorough
def test_fewer_trials_per_person_cost_power() -> None:
    short = Design(human=(0.97, 0.93), machine=(0.96, 0.45), photos=60, seeds=4, trials_per_person=12)
    assert power(short, [15], runs=60)[0].any_level < power(CLEAR, [15], runs=60)[0].any_level


@pytest.mark.thorough
def test_without_a_sweet_spot_hardly_any_study_finds_one() -> None:
    none = Design(human=(0.97, 0.80), machine=(0.96, 0.45), photos=60, seeds=4)
    assert power(none, [30], runs=60)[0].any_level <= 0.05


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_answer() -> None:
    assert power(CLEAR, [6], runs=10, seed=3) == power(CLEAR, [6], runs=10, seed=3)


@pytest.mark.parametrize(
    "wrong",
    [{"human": (0.9,)}, {"human": (1.0, 0.9)}, {"photos": 5}, {"seeds": 0}, {"trials_per_person": 61}],
)
def test_impossible_designs_are_refused(wrong: dict[str, Any]) -> None:
    values = {"human": (0.97, 0.93), "machine": (0.96, 0.45), "photos": 60, "seeds": 4} | wrong
    with pytest.raises(CriteriaError):
        Design(**values)
