"""The original study's published figures: entered as counts, and no more is said than they can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from stats import TableError, Verdict
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.from_counts import COLUMNS, read_counts, verdict_from_counts

METHOD = Path(__file__).parents[2] / "docs" / "method"
COUNTS, PAGE = METHOD / "original-study-counts.csv", METHOD / "original-study.md"
PUBLISHED_PEOPLE = {"dribble": 0.99, "dunk": 0.77, "shoot": 0.90}
PUBLISHED_MACHINE = {"dribble": 0.94, "dunk": 0.64, "shoot": 0.70}
PEOPLE, PHOTOS, FLOOR, GATE = 18, 300, 0.85, 0.05


@pytest.fixture(scope="module")
def answer() -> Verdict:
    return verdict_from_counts(read_counts([COUNTS]), Criteria())


def test_the_counts_are_the_published_means_and_nobody_is_invented() -> None:
    counts = pd.read_csv(COUNTS)
    assert counts.groupby("agent_type")["agent_id"].nunique().to_dict() == {"human": 1, "model": 1}
    shares = (counts["n_correct"] / counts["n"]).where(counts["crop_level"] == 3).dropna()
    published = [*PUBLISHED_PEOPLE.values(), *PUBLISHED_MACHINE.values()]
    assert shares.tolist() == pytest.approx(published)
    assert counts.loc[counts["agent_type"] == "human", "n"].sum() == PEOPLE * PHOTOS


def test_people_are_estimated_but_their_interval_says_that_nothing_is_known_of_their_spread(
    answer: Verdict,
) -> None:
    people = answer.levels[-1].human
    assert people.estimate == pytest.approx(np.mean(list(PUBLISHED_PEOPLE.values())))
    assert (people.ci_low, people.ci_high) == pytest.approx((0.014, 1.0), abs=0.001)
    assert people.n_items is None


def test_the_machine_is_not_below_the_ceiling_whatever_the_people_do(answer: Verdict) -> None:
    machine = answer.levels[-1].machine
    assert machine.estimate == pytest.approx(0.76)
    assert machine.ci_low < 0.75 < machine.ci_high
    assert "conditional on this one trained network" in machine.method
    assert answer.sweet_levels == ()
    assert str(answer.levels[-1].verdict) == "inconclusive"


def largest_se(df: float) -> float:
    """Standard error beyond which an accuracy of .887 is not shown to exceed the floor at alpha."""
    h = np.mean(list(PUBLISHED_PEOPLE.values()))
    return (special.logit(h) - special.logit(FLOOR)) * h * (1 - h) / stats.t.isf(GATE, df)


def test_the_page_says_how_much_spread_would_undo_the_claim_about_people() -> None:
    between_people = largest_se(PEOPLE - 1) * np.sqrt(PEOPLE)
    between_photos = largest_se(PHOTOS - 3) * np.sqrt(PHOTOS)
    shares = np.array(list(PUBLISHED_PEOPLE.values()))
    pooled = np.sqrt((shares * (1 - shares) / 1800).sum()) / 3
    page = PAGE.read_text(encoding="utf-8")
    assert f"standard deviation of {between_people:.3f} between people" in page
    assert f"standard deviation of {between_photos:.2f} between photos" in page
    assert f"standard error of {pooled:.4f}" in page
    assert pooled < largest_se(PEOPLE - 1)


def test_a_loss_against_uncropped_photos_cannot_be_had_from_counts() -> None:
    with pytest.raises(TableError, match="single trials of people at level 0"):
        verdict_from_counts(read_counts([COUNTS]), Criteria(human_gate=HumanGate.LOSS))


def test_the_one_class_that_holds_is_supported_at_its_one_level_by_the_whole_alpha() -> None:
    """Alpha was halved for a second level that is not there, and shots stayed inconclusive at p .034.

    The spread between people is planted, since it was never published.
    """
    published = read_counts([COUNTS])
    people = [
        ("human", f"person {n}", category, 3, round(100 * share) + (n % 3 - 1), 100)
        for category, share in PUBLISHED_PEOPLE.items()
        for n in range(PEOPLE)
    ]
    machine = published.loc[published["agent_type"] == "model", list(COLUMNS)]
    counts = pd.concat([pd.DataFrame(people, columns=COLUMNS), machine])
    classes = verdict_from_counts(counts, Criteria(ceiling=0.80)).per_class
    p = 3 * stats.binom.cdf(70, 100, 0.80)  # Holm over three classes; p of people is smaller
    assert classes["shoot"].levels[-1].p_holm == pytest.approx(p)
    assert {name: str(result.levels[-1].verdict) for name, result in classes.items()} == {
        "dribble": "refuted",
        "dunk": "refuted",
        "shoot": "supported",
    }
