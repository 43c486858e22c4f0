"""Choices between two photos: a planted d' comes back, whichever side is preferred."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from stats import TableError, verdict
from stats.psychophysics.d_prime import d_prime
from stats.psychophysics.two_photo_choice import ChoiceLevel, choice_levels
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material
from stats.table.guessing import guessing_of_both
from stats.table.tidy import tidy

CLASSES = ("dribble", "dunk", "shoot")
PLANTED = {0: (2.5, 0.0), 1: (1.2, 0.5)}  # level: d', preference of the second photo


def right(rng: np.random.Generator, place: int, sensitivity: float, preference: float) -> int:
    """Whether the stronger of two impressions is taken, the second one's raised by a preference."""
    first, second = rng.normal(size=2) + np.eye(2)[place] * sensitivity
    return int((second + preference * np.sqrt(2) > first) == bool(place))


@cache
def table(people: int = 40, photos: int = 60, seed: int = 3) -> pd.DataFrame:
    """People see each pair at one level; networks are asked about both photos of each at every level."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []

    def add(agent: str, kind: str, photo: int, level: int, values: tuple[float, float], place: int) -> None:
        own, other = CLASSES[photo % 3], CLASSES[(photo % 3 + 1 + photo // 3 % 2) % 3]
        correct = right(rng, place, *values)
        rows.append(
            {"agent_type": kind, "agent_id": agent, "item_id": f"i{photo}", "source_id": f"s{photo // 2}"}
            | {"category": own, "beside_category": other, "beside_item_id": f"i{photo ^ 1}"}
            | {"crop_level": level, "response": own if correct else other, "correct": correct}
            | {"pair_question": "which", "photo_place": place, "chance": 0.5}
        )

    for person in range(people):
        for photo in range(person % 2, photos, 2):
            level = (photo // 2 + person // 2) % 2
            add(f"p{person}", "human", photo, level, PLANTED[level], int(rng.integers(2)))
    for network in range(6):
        for photo in range(photos):
            for level, sensitivity in ((0, 2.4), (1, 0.3)):
                add(f"net{network}", "model", photo, level, (sensitivity, 0.0), photo % 2)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def levels() -> dict[tuple[float, str], ChoiceLevel]:
    return {(each.crop_level, each.observers): each for each in choice_levels(tidy(table()).primary)}


def test_planted_d_prime_and_preference_lie_within_their_intervals(
    levels: dict[tuple[float, str], ChoiceLevel],
) -> None:
    for level, (planted, preference) in PLANTED.items():
        judged = levels[level, "people"].sensitivity
        assert judged.ci_low < planted < judged.ci_high
        assert judged.ci_high - judged.ci_low < 0.8
        assert judged.criterion_low < preference < judged.criterion_high


@pytest.mark.thorough
def test_without_a_preference_d_prime_is_that_of_the_share_of_right_choices(
    levels: dict[tuple[float, str], ChoiceLevel],
) -> None:
    rows = tidy(table()).primary
    at_level = rows[rows["human"] & (rows["crop_level"] == 0)]
    by_share = d_prime(float(at_level.groupby("category", observed=True)["correct"].mean().mean()), 2)
    assert levels[0, "people"].sensitivity.d_prime == pytest.approx(by_share, abs=0.1)


@pytest.mark.thorough
def test_a_preferred_side_lowers_the_share_of_right_choices_but_not_d_prime() -> None:
    rng = np.random.default_rng(0)
    drawn = [(place, right(rng, place, 1.5, 1.0)) for place in rng.integers(2, size=20_000).tolist()]
    rows = pd.DataFrame(drawn, columns=["photo_place", "correct"])
    rows = rows.assign(agent_type="human", agent_id="ada", crop_level=0, category="dunk")
    rows["item_id"] = [f"i{number}" for number in range(len(rows))]
    (level,) = choice_levels(tidy(rows).primary)
    assert level.sensitivity.d_prime == pytest.approx(1.5, abs=0.1)
    assert d_prime(float(rows["correct"].mean()), 2) < 1.1


def test_the_verdict_guesses_at_one_half_and_reports_both_ways_to_d_prime() -> None:
    rows = table()
    outcome = verdict(rows, floor=0.7, ceiling=0.68)
    assert outcome.sweet_levels == (1,)
    assert {of.rate for of in guessing_of_both(tidy(rows).primary).values()} == {0.5}
    assert outcome.levels[0].human.n_trials == 600
    findings = {
        each.name: each for each in secondary(Material(rows, outcome, resamples=50, consistency_resamples=50))
    }
    assert "√2 z(accuracy)" in findings["d_prime"].paragraphs[0]
    assert len(findings["sides"].tables[0].rows) == 4
    assert "compared two photos" in findings["confusion"].reason
    assert "compares two photos" in findings["bias"].reason


def test_a_table_that_does_not_say_where_some_photos_stood_is_refused() -> None:
    rows = table().copy()
    rows.loc[rows.index[0], "photo_place"] = None
    with pytest.raises(TableError, match="photo_place is blank"):
        choice_levels(tidy(rows).primary)
