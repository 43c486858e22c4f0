"""Answers whose levels were drawn by known chances weigh as much as they stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats import verdict
from stats.inference.clustered import macro_mean
from stats.planning.simulated_studies import simulate
from stats.table.arrays import encode
from stats.table.tidy import tidy

SKILLED, OTHERS = 0.95, 0.65  # accuracies of two kinds of people, at both levels


def selected(rng: np.random.Generator, people: int = 400) -> pd.DataFrame:
    """Skilled people are mostly shown level 1, the others level 0: a mean would flatter level 1."""
    rows = []
    for number in range(people):
        skilled = number % 2 == 0
        heavy = rng.random(20) < (0.8 if skilled else 0.2)
        right = rng.random(20) < (SKILLED if skilled else OTHERS)
        chance = np.where(heavy == skilled, 0.8, 0.2)
        rows.append(
            pd.DataFrame(
                {
                    "agent_type": "human",
                    "agent_id": f"p{number}",
                    "item_id": [f"i{item}" for item in range(20)],
                    "category": "dunk",
                    "crop_level": heavy.astype(int),
                    "correct": right.astype(int),
                    "level_probability": chance,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def estimates(trials: pd.DataFrame) -> list[float]:
    return [macro_mean(answers).estimate for answers in encode(tidy(trials).primary).human]


@pytest.mark.thorough
def test_both_levels_are_estimated_over_all_people() -> None:
    trials = selected(np.random.default_rng(0))
    truth = (SKILLED + OTHERS) / 2
    assert estimates(trials) == pytest.approx([truth, truth], abs=0.02)
    light, heavy = estimates(trials.drop(columns="level_probability"))
    assert heavy - light > 0.15


def test_the_number_of_trials_is_that_of_the_rows() -> None:
    coded = encode(tidy(selected(np.random.default_rng(0), people=10)).primary)
    assert sum(answers.n_trials for answers in coded.human) == 200
    assert all(answers.weighted for answers in coded.human)


@pytest.mark.thorough
def test_equal_chances_change_no_figure() -> None:
    trials = simulate([0.95, 0.8], np.random.default_rng(0), n_agents=12, n_items=60)
    assert verdict(trials.assign(level_probability=0.5)).levels == verdict(trials).levels


def test_unequal_weights_are_worth_fewer_people() -> None:
    trials = simulate([1 - 1e-9], np.random.default_rng(0), n_agents=30, n_items=30)
    chance = np.where(trials["agent_id"] == "h0", 0.01, 0.9)
    [equal] = encode(tidy(trials).primary).human
    [unequal] = encode(tidy(trials.assign(level_probability=chance)).primary).human
    assert equal.independent_units == 30
    assert unequal.independent_units < 3


def test_the_report_says_that_answers_are_weighted() -> None:
    people = selected(np.random.default_rng(0), people=40)
    warned = [
        warning for warning in verdict(people).warnings if "followed each person's own answers" in warning
    ]
    assert len(warned) == 1
