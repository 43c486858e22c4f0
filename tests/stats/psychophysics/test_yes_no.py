"""Yes-no questions: planted d' and criterion are found again, and the verdict guesses at one half."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stats import TableError, verdict
from stats.psychophysics.yes_no import YesNoLevel, yes_no_levels
from stats.report.finding import Finding
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material
from stats.table.guessing import guessing_of_both
from stats.table.tidy import tidy

CLASSES = ("dribble", "dunk", "shoot")
PLANTED = {0: (3.0, 0.0), 1: (1.5, 0.4)}  # level: d', criterion


def says(rng: np.random.Generator, signal: bool, d_prime: float, criterion: float) -> bool:
    return bool(rng.normal() + (d_prime / 2 if signal else -d_prime / 2) > criterion)


def row(photo: int, level: int, signal: bool, yes: bool) -> dict[str, object]:
    category = CLASSES[photo % 3]
    asked = category if signal else CLASSES[(photo % 3 + 1 + photo // 3 % 2) % 3]
    return {
        "item_id": f"i{photo}",
        "category": category,
        "crop_level": level,
        "asked": asked,
        "response": "yes" if yes else "no",
        "correct": int(yes == signal),
        "chance": 0.5,
    }


@cache
def table(people: int = 40, photos: int = 60, seed: int = 3, spread: float = 0.0) -> pd.DataFrame:
    """People see each photo at one level; networks are asked both questions about each at every level."""
    rng = np.random.default_rng(seed)
    able = rng.normal(0, spread, people)
    rows: list[dict[str, object]] = []
    for person in range(people):
        who = {"agent_type": "human", "agent_id": f"p{person}"}
        for photo in range(photos):
            level, signal = (photo + person) % 2, bool((photo // 2 + person // 2) % 2)
            d_prime, criterion = PLANTED[level]
            rows.append(row(photo, level, signal, says(rng, signal, d_prime + able[person], criterion)) | who)
    for network in range(8):
        who = {"agent_type": "model", "agent_id": f"net{network}"}
        for photo in range(photos):
            for level, signal in ((0, True), (0, False), (1, True), (1, False)):
                rows.append(row(photo, level, signal, says(rng, signal, (2.6, 0.5)[level], -0.3)) | who)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def levels() -> dict[tuple[float, str], YesNoLevel]:
    return {(level.crop_level, level.observers): level for level in yes_no_levels(tidy(table()).primary)}


@pytest.mark.thorough
def test_planted_d_prime_and_criterion_lie_within_their_intervals(
    levels: dict[tuple[float, str], YesNoLevel],
) -> None:
    planted = {(level, "people"): values for level, values in PLANTED.items()}
    planted |= {(0, "machine"): (2.6, -0.3), (1, "machine"): (0.5, -0.3)}
    for place, (d_prime, criterion) in planted.items():
        judged = levels[place].sensitivity
        assert judged.ci_low < d_prime < judged.ci_high
        assert judged.criterion_low < criterion < judged.criterion_high
        assert judged.ci_high - judged.ci_low < 1.3


def test_hits_and_false_alarms_are_of_the_questions_that_they_are_called_after(
    levels: dict[tuple[float, str], YesNoLevel],
) -> None:
    counted = tidy(table()).primary
    rows = counted[counted["human"] & (counted["crop_level"] == 1)]
    shown = rows["asked"].astype(str) == rows["category"].astype(str)
    people = levels[1, "people"]
    assert people.hit.estimate == pytest.approx(rows[shown]["correct"].mean(), abs=0.02)
    assert people.false_alarm.estimate == pytest.approx(1 - rows[~shown]["correct"].mean(), abs=0.02)
    assert people.hit.n + people.false_alarm.n == len(rows)


@pytest.mark.slow
def test_intervals_cover_the_truth_for_new_people_and_photos() -> None:
    inside = np.zeros(2)
    runs = 100
    for seed in range(runs):
        counted = tidy(table.__wrapped__(people=16, photos=36, seed=seed)).primary
        people = next(level for level in yes_no_levels(counted) if level.crop_level == 1)
        judged = people.sensitivity
        inside += (
            judged.ci_low < PLANTED[1][0] < judged.ci_high,
            judged.criterion_low < PLANTED[1][1] < judged.criterion_high,
        )
    assert (inside / runs > 0.90).all(), inside / runs


def test_one_network_has_an_interval_over_photos() -> None:
    rows = table()
    alone = rows[(rows["agent_type"] == "human") | (rows["agent_id"] == "net0")]
    machine = yes_no_levels(tidy(alone).primary)[1]
    assert machine.observers == "machine"
    assert machine.sensitivity.ci_low < machine.sensitivity.d_prime < machine.sensitivity.ci_high


@pytest.mark.thorough
def test_the_verdict_is_about_right_answers_whose_guessing_is_one_half() -> None:
    rows = table()
    outcome = verdict(rows, floor=0.7, ceiling=0.68)
    assert outcome.sweet_levels == (1,)
    assert {of.rate for of in guessing_of_both(tidy(rows).primary).values()} == {0.5}
    people = outcome.levels[1].human
    d_prime, criterion = PLANTED[1]
    expected = stats.norm.cdf([d_prime / 2 - criterion, d_prime / 2 + criterion]).mean()
    assert people.ci_low < expected < people.ci_high
    assert not any("repeat an observer" in warning for warning in outcome.warnings)


@pytest.mark.thorough
def test_a_question_asked_twice_is_a_repetition() -> None:
    rows = table()
    again = pd.concat([rows, rows[rows["agent_id"] == "net0"].head(5)])
    assert any("5 trials repeat an observer" in warning for warning in verdict(again).warnings)


def test_what_is_about_named_classes_says_why_it_is_not_there() -> None:
    rows = table(people=12, photos=30)
    findings: dict[str, Finding] = {
        finding.name: finding
        for finding in secondary(Material(rows, verdict(rows), resamples=50, consistency_resamples=50))
    }
    assert "named none" in findings["confusion"].reason
    assert "criterion c" in findings["bias"].reason
    assert findings["d_prime"].tables[0].header[-1] == "Criterion c"
    shared = findings["consistency"].numbers
    assert shared, "agreement is about a photo with its question"


def test_a_table_that_asks_about_a_class_in_some_trials_only_is_refused() -> None:
    rows = table().copy()
    rows.loc[rows.index[0], "asked"] = None
    with pytest.raises(TableError, match="blank in some trials"):
        yes_no_levels(tidy(rows).primary)
