"""Typed answers in the report: how many got their class by which step, and what got none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats import verdict
from stats.designs.scored_table import scored_table
from stats.designs.text_scoring import TextRule
from stats.report.finding import Finding
from stats.secondary.every_analysis import secondary
from stats.secondary.material import Material

CLASSES = ("dribble", "serve", "shoot")
RULE = TextRule(CLASSES, {"slam": ["serve", "shoot"], "throw": ["shoot"]}, slips=0.2, phrases=True)
TYPED = ("{0}", "a {0}", "{0}x", "slam", "golf")  # a class, a phrase, a slip, two classes, none


def typed_table(people: int = 10, photos: int = 30) -> pd.DataFrame:
    rows = [
        {
            "agent_type": "human",
            "agent_id": f"p{person}",
            "item_id": f"i{photo}",
            "category": CLASSES[photo % 3],
            "crop_level": photo // 3 % 2,
            "response": TYPED[(photo + person) % len(TYPED)].format(CLASSES[photo % 3]),
        }
        for person in range(people)
        for photo in range(photos)
    ]
    return scored_table(pd.DataFrame(rows), RULE).table.assign(chance=0.01)


@pytest.fixture(scope="module")
def finding() -> Finding:
    rows = typed_table()
    findings = {each.name: each for each in secondary(Material(rows, verdict(rows), resamples=20))}
    return findings["typed"]


def test_each_step_has_its_answers_and_the_share_that_is_right_by_then(finding: Finding) -> None:
    by_step = {row["step"]: row for row in finding.numbers}
    answers = {step: row["answers"] for step, row in by_step.items()}
    assert sum(answers.values()) == 300
    assert answers["ambiguous"] == answers["no class"] == 60
    assert by_step["class"]["right_of_all"] == pytest.approx(0.2)
    assert by_step["spelling"]["right_of_all"] == pytest.approx(0.6)
    shares = [row["right_of_all"] for row in finding.numbers if row["right_of_all"] is not None]
    assert shares == sorted(shares)


def test_answers_of_several_classes_or_none_are_listed_the_commonest_first(finding: Finding) -> None:
    listed = finding.tables[1].rows
    assert [row[:2] for row in listed] == [("ambiguous", "slam"), ("no class", "golf")]
    assert {row[2] for row in listed} == {"60"}


@pytest.mark.thorough
def test_a_table_of_buttons_has_no_such_part() -> None:
    rng = np.random.default_rng(0)
    rows = typed_table().drop(columns=["text_rule", "response_text"])
    rows["correct"] = rng.integers(0, 2, len(rows))
    names = [each.name for each in secondary(Material(rows, verdict(rows), resamples=20))]
    assert "typed" not in names
