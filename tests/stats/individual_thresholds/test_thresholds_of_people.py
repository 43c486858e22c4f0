"""Thresholds of people: planted ones come back, and what all people tell of the spread helps each."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from stats import verdict
from stats.errors import CriteriaError, TableError
from stats.individual_thresholds.person_posterior import Curves, Posterior, right_under
from stats.individual_thresholds.pooled_spreads import pooled
from stats.individual_thresholds.thresholds_of_people import thresholds_of_people
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material

AMOUNTS = dict(enumerate((1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.22, 0.16, 0.12)))
GUESS, ACCURACY = 1 / 3, 0.85


def answers(thresholds: np.ndarray, trials: int, spread: float = 0.2, seed: int = 3) -> pd.DataFrame:
    """People with planted thresholds, every level equally often."""
    rng = np.random.default_rng(seed)
    amounts = tuple(AMOUNTS.values())
    chance = right_under(
        Curves(amounts, GUESS, ACCURACY, tuple(np.log(thresholds)), spreads=(spread,), lapses=(0.01,))
    )[:, :, 0]
    level, person = np.indices((trials, thresholds.size))
    level %= len(amounts)
    right = rng.random(level.shape) < chance[level, person]
    return pd.DataFrame(
        {
            "agent_id": [f"p{number:03d}" for number in person.ravel()],
            "crop_level": level.ravel(),
            "correct": right.ravel().astype(float),
        }
    )


def test_planted_thresholds_lie_in_as_many_intervals_as_promised() -> None:
    planted = 0.35 * np.exp(np.random.default_rng(1).normal(0, 0.3, 200))
    people = thresholds_of_people(answers(planted, 90), AMOUNTS, guess=GUESS, accuracy=ACCURACY)
    assert [person.n_trials for person in people] == [90] * 200
    covered = [p.ci_low <= truth <= p.ci_high for p, truth in zip(people, planted, strict=True)]
    assert 0.92 <= np.mean(covered) <= 0.99
    errors = np.log([person.threshold for person in people] / planted)
    assert abs(errors.mean()) < 0.02


@pytest.mark.thorough
def test_what_all_people_tell_of_the_spread_makes_intervals_shorter_and_no_less_true() -> None:
    planted = 0.35 * np.exp(np.random.default_rng(2).normal(0, 0.3, 60))
    rows = answers(planted, 45)
    together = thresholds_of_people(rows, AMOUNTS, guess=GUESS, accuracy=ACCURACY)
    alone = [
        thresholds_of_people(own, AMOUNTS, guess=GUESS, accuracy=ACCURACY)[0]
        for _, own in rows.groupby("agent_id")
    ]
    widths = [np.median([math.log(p.ci_high / p.ci_low) for p in people]) for people in (together, alone)]
    assert widths[0] < 0.95 * widths[1]


def test_nobody_and_one_person_are_pooled_without_a_fault() -> None:
    prior = Posterior.prior(Curves.over(tuple(AMOUNTS.values()), GUESS, ACCURACY))
    assert pooled([]) == []
    [own] = pooled([prior])
    np.testing.assert_allclose(own.weights, prior.weights)


@pytest.mark.parametrize(
    ("amounts", "accuracy", "error", "words"),
    [
        (AMOUNTS, 0.3, CriteriaError, "choose another floor"),
        (AMOUNTS, 0.96, CriteriaError, "choose another floor"),
        ({0: 1.0, 1: 0.5}, 0.85, TableError, "3 levels or more"),
        ({0: 1.0, 1: 0.5, 2: 0.0}, 0.85, TableError, "keep something"),
    ],
)
def test_what_cannot_be_estimated_says_why(
    amounts: dict[float, float], accuracy: float, error: type[Exception], words: str
) -> None:
    rows = answers(np.array([0.3]), 30)
    with pytest.raises(error, match=words):
        thresholds_of_people(rows, amounts, guess=GUESS, accuracy=accuracy)


def table_of_a_study(**columns: object) -> pd.DataFrame:
    planted = 0.35 * np.exp(np.random.default_rng(4).normal(0, 0.3, 24))
    rows = answers(planted, 45)
    people = rows.assign(agent_type="human", item_id=[f"i{n}" for n in range(45) for _ in range(24)])
    machine = people.drop_duplicates("item_id").assign(agent_type="model", agent_id="net")
    trials = pd.concat([people, machine], ignore_index=True)
    classes = {f"i{number}": ("dunk", "shoot", "dribble")[number % 3] for number in range(45)}
    trials["category"] = trials["item_id"].map(classes)
    return trials.assign(subject_kept=trials["crop_level"].map(AMOUNTS), subject_share=0.4, **columns)


def test_the_report_of_an_adaptive_study_tells_everybodys_level() -> None:
    trials = table_of_a_study(level_probability=1 / len(AMOUNTS))
    material = Material(trials, verdict(trials), resamples=100, consistency_resamples=30)
    [finding] = [each for each in secondary(material) if each.name == "individual_levels"]
    assert finding.reason == ""
    assert len(finding.numbers["people"]) == 24
    assert finding.numbers["share_of"] == "subject"
    assert finding.paragraphs[0].startswith("24 people: ")
    [table] = finding.tables
    needs = [float(row[1]) for row in table.rows]
    assert needs == sorted(needs)
    assert 0.2 < needs[2] < 0.6


@pytest.mark.thorough
def test_a_study_whose_levels_were_planned_in_advance_has_no_such_section() -> None:
    trials = table_of_a_study()
    material = Material(trials, verdict(trials), resamples=100, consistency_resamples=30)
    assert "individual_levels" not in [finding.name for finding in secondary(material)]


def test_a_table_without_shares_says_what_to_add() -> None:
    trials = table_of_a_study(level_probability=0.5).drop(columns=["subject_kept", "subject_share"])
    material = Material(trials, verdict(trials), resamples=100, consistency_resamples=30)
    [finding] = [each for each in secondary(material) if each.name == "individual_levels"]
    assert "add subject_kept or crop_fraction" in finding.reason
