"""Comparisons of two photos: the differencing model, its inverse, and planted truths that come back."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from stats import verdict
from stats.psychophysics.differencing import (
    ComparisonLevel,
    comparison_levels,
    differencing,
    differencing_rates,
)
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material
from stats.table.guessing import guessing_of_both
from stats.table.tidy import tidy

CLASSES = ("dribble", "dunk", "shoot")
PLANTED = {0: (3.0, 1.6), 1: (2.6, 1.4)}  # level: d', criterion


@pytest.mark.parametrize(("d_prime", "criterion"), [(0.5, 0.8), (1.0, 1.5), (2.0, 1.0), (3.5, 2.5)])
def test_the_inverse_finds_what_observers_were_simulated_with(d_prime: float, criterion: float) -> None:
    rng = np.random.default_rng(7)
    shown = rng.normal(size=(2, 400_000))
    away = d_prime * rng.choice([-1, 1], size=400_000)
    alarm = float((np.abs(shown[0] - shown[1]) > criterion).mean())
    hit = float((np.abs(shown[0] - shown[1] + away) > criterion).mean())
    assert differencing(hit, alarm) == pytest.approx((d_prime, criterion), abs=0.02)


def test_rates_and_inverse_agree_over_the_whole_range() -> None:
    for d_prime in np.linspace(0.1, 6, 12):
        for criterion in np.linspace(0.2, 4, 8):
            assert differencing(*differencing_rates(d_prime, criterion)) == pytest.approx(
                (d_prime, criterion), abs=1e-6
            )


def test_hits_that_are_no_more_than_false_alarms_tell_nothing() -> None:
    assert differencing(0.3, 0.3)[0] == differencing(0.2, 0.4)[0] == 0.0


def says_different(rng: np.random.Generator, apart: bool, d_prime: float, criterion: float) -> bool:
    difference = rng.normal() - rng.normal() + apart * d_prime * rng.choice([-1, 1])
    return bool(abs(difference) > criterion)


@cache
def table(people: int = 40, pairs: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows: list[dict[str, object]] = []

    def add(agent: str, kind: str, pair: int, level: int, values: tuple[float, float]) -> None:
        own = CLASSES[pair // 2 % 3]
        beside = own if pair % 2 else CLASSES[(pair // 2 + 1 + pair // 6 % 2) % 3]
        different = says_different(rng, own != beside, *values)
        rows.append(
            {"agent_type": kind, "agent_id": agent, "item_id": f"i{pair}", "beside_item_id": f"j{pair}"}
            | {"category": own, "beside_category": beside, "crop_level": level}
            | {"response": "different" if different else "same", "correct": int(different == (own != beside))}
            | {"pair_question": "same", "photo_place": pair % 2, "chance": 0.5}
        )

    for person in range(people):
        for pair in range(pairs):
            level = (pair // 2 + person) % 2
            add(f"p{person}", "human", pair, level, PLANTED[level])
    for network in range(6):
        for pair in range(pairs):
            for level, values in ((0, (4.5, 2.2)), (1, (0.3, 0.9))):
                add(f"net{network}", "model", pair, level, values)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def levels() -> dict[tuple[float, str], ComparisonLevel]:
    return {(each.crop_level, each.observers): each for each in comparison_levels(tidy(table()).primary)}


@pytest.mark.thorough
def test_planted_d_prime_and_criterion_lie_within_their_intervals(
    levels: dict[tuple[float, str], ComparisonLevel],
) -> None:
    for level, (d_prime, criterion) in PLANTED.items():
        judged = levels[level, "people"].sensitivity
        assert judged.ci_low < d_prime < judged.ci_high
        assert judged.criterion_low < criterion < judged.criterion_high
        assert judged.ci_high - judged.ci_low < 0.8
    assert levels[1, "machine"].sensitivity.d_prime < 1.0


def test_the_verdict_guesses_at_one_half_and_the_report_takes_hits_and_false_alarms() -> None:
    rows = table()
    outcome = verdict(rows, floor=0.66, ceiling=0.62)
    assert outcome.sweet_levels == (1,)
    assert {of.rate for of in guessing_of_both(tidy(rows).primary).values()} == {0.5}
    findings = {
        each.name: each for each in secondary(Material(rows, outcome, resamples=50, consistency_resamples=50))
    }
    assert findings["d_prime"].tables[0].header[-1] == "Criterion k"
    assert "sides" not in findings
    assert "compared two photos" in findings["confusion"].reason
    assert not any("repeat an observer" in warning for warning in outcome.warnings)
