"""Looking early costs what it must and no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from stats import CriteriaError, TableError
from stats.inference.sequential import confidence_sequence, planned_looks
from stats.planning.monitoring import UNPLANNED, monitor
from stats.planning.simulated_studies import Spread, location
from tests.stats.tables import block, table


def test_boundaries_are_the_published_ones() -> None:
    # Two-sided .05, five equal looks, O'Brien-Fleming-type spending (Lan & DeMets 1983).
    z = [look.z for look in planned_looks([0.2, 0.4, 0.6, 0.8, 1.0], 0.025)]
    assert z == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=2e-3)


def test_a_single_look_costs_nothing() -> None:
    assert planned_looks([1], 0.025)[0].z == pytest.approx(stats.norm.isf(0.025), abs=1e-4)


def test_simulated_studies_without_effect_stop_in_alpha_of_the_cases() -> None:
    shares = np.array([0.3, 0.55, 1.0])
    cuts = np.array([look.z for look in planned_looks(shares, 0.05)])
    steps = np.random.default_rng(0).normal(0, np.sqrt(np.diff(shares, prepend=0)), (200_000, 3))
    z = steps.cumsum(axis=1) / np.sqrt(shares)
    assert (z > cuts).any(axis=1).mean() == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize("shares", [[], [0.5], [0.5, 0.4, 1], [0, 1]])
def test_a_plan_must_ascend_to_the_end(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="ascend to 1"):
        planned_looks(shares, 0.025)


def ever_misses(truth: float, people: int, trials: int, runs: int, rng: np.random.Generator) -> float:
    """Share of studies whose sequence leaves out the truth at any person; people differ by .6 logits."""
    wrong = 0
    for _ in range(runs):
        ability = location(truth, Spread(0.6, 0.0)) + rng.normal(0, 0.6, people)
        scores = rng.binomial(trials, special.expit(ability)) / trials
        running = confidence_sequence(scores, 0.05, planned=people)
        wrong += min(running.high) < truth or max(running.low) > truth
    return wrong / runs


@pytest.mark.thorough
def test_the_confidence_sequence_holds_at_every_moment_near_the_ceiling() -> None:
    assert ever_misses(0.97, 60, 10, 150, np.random.default_rng(1)) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("truth", [0.6, 0.85, 0.9, 0.97, 0.995])
@pytest.mark.parametrize("people", [20, 60, 200])
def test_the_confidence_sequence_holds_for_any_accuracy(truth: float, people: int) -> None:
    assert ever_misses(truth, people, 10, 1000, np.random.default_rng(1)) <= 0.05


def test_the_confidence_sequence_tightens_and_never_has_zero_width() -> None:
    running = confidence_sequence([1.0] * 200, 0.05, planned=100)
    widths = np.subtract(running.high, running.low)
    assert (widths > 0).all()
    assert widths[-1] < widths[20]


def study(people: int) -> pd.DataFrame:
    return table(block("human", people, 60, people * 2), block("model", 3, 60, 5))


def test_a_planned_look_uses_its_own_people_and_boundary() -> None:
    trials = study(25)
    onset = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(range(len(trials)), "min")
    state = monitor(trials.assign(onset_utc=onset.map(str)), planned=40, looks=[0.5, 1])
    assert state.due == 0
    assert state.levels[0].human.n_agents == 20
    assert state.levels[0].n_people == 25
    assert state.levels[0].passed == (state.levels[0].human.p <= state.looks[0].p)
    assert state.looks[0].p < 0.025 / 2
    assert state.warnings == ()


def test_a_look_at_some_of_the_people_is_refused_where_nothing_tells_who_came_first() -> None:
    """The order of rows was taken for the order of arrival: another sorting gave another p."""
    with pytest.raises(TableError, match=r"the first 20 of 25 people.*add the column onset_utc"):
        monitor(study(25), planned=40, looks=[0.5, 1])
    assert monitor(study(20), planned=40, looks=[0.5, 1]).due == 0


def test_the_sequence_weighs_classes_as_the_accuracy_beside_it_does() -> None:
    """Nine easy photos and one hard one a person: macro accuracy is .5, plain accuracy .9."""
    trials = table(block("human", 60, 9, 0, category="dunk"), block("human", 60, 1, 60, category="shoot"))
    level = monitor(trials, planned=60).levels[0]
    assert level.human.estimate == 0.5
    assert level.sequence_low < 0.5 < level.sequence_high


def test_looking_without_a_plan_is_marked() -> None:
    for state in (monitor(study(10), planned=40), monitor(study(10), planned=40, looks=[0.5, 1])):
        assert state.due is None
        assert state.levels[0].passed is None
        assert state.warnings == (UNPLANNED,)


@pytest.mark.thorough
def test_a_look_takes_the_people_who_came_first_wherever_their_rows_stand() -> None:
    """The first rows were taken for the first people: the kind is a meaning carried by the order of rows."""
    early, late = block("human", 10, 60, 0), [
        row | {"agent_id": f"late {row['agent_id']}"} for row in block("human", 10, 60, 300)
    ]  # fmt: skip
    days = {"early": "2026-01-01T10:00:00Z", "late": "2026-01-02T10:00:00+01:00"}
    rows = [row | {"onset_utc": days["late"]} for row in late] + [
        row | {"onset_utc": days["early"]} for row in early
    ]  # fmt: skip
    state = monitor(table(rows), planned=20, looks=[0.5, 1])
    assert (state.people, state.warnings) == (20, ())
    half = monitor(table(rows), planned=40, looks=[0.25, 1])
    assert half.levels[0].human.estimate == 1


def test_a_plan_that_is_none_is_refused() -> None:
    with pytest.raises(CriteriaError, match="ascend to 1"):
        monitor(study(10), planned=40, looks=[0.5])
    with pytest.raises(TableError, match="people"):
        monitor(table(block("model", 3, 60, 5)), planned=40)
