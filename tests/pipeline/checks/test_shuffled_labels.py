"""The check with shuffled labels: no concern at chance, one where something else gives the classes away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.checks.probe import accuracy_of
from pipeline.checks.shuffled_labels import SEEDS, shuffle_result
from study.models import Study

CLASSES = ("dribble", "dunk", "shoot")
STUDY = Study(floor=0.85, ceiling=0.75, alpha=0.05)


def answers(random: np.random.Generator, skill: float) -> pd.DataFrame:
    """Heads that learned noise: each is right about a class as often as its seed has it, plus `skill`."""
    rows = []
    for seed in range(SEEDS):
        for label, name in enumerate(CLASSES):
            share = np.clip(random.normal(1 / 3 + skill, 0.08), 0, 1)
            rows += [
                {
                    "agent_type": "model", "agent_id": f"seed {seed}", "item_id": f"{label}-{number}",
                    "source_id": f"{label}-{number}", "category": name, "crop_level": 1,
                    "correct": int(random.random() < share),
                }
                for number in range(30)
            ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("skill", "alarms", "sentence"),
    [(0.0, 0, "it learns from labels only"), (0.1, 4, "something other than the labels")],
)
def test_it_is_quiet_at_chance_and_sees_what_is_above(skill: float, alarms: int, sentence: str) -> None:
    random = np.random.default_rng(5)
    results = [shuffle_result(accuracy_of(answers(random, skill), STUDY), 1 / 3) for _ in range(4)]
    assert sum(result.concern for result in results) == alarms
    assert all(sentence in result.summary for result in results)


def test_heads_that_are_right_every_time_have_not_learned_from_shuffled_labels() -> None:
    """All seeds alike: there is no standard error to count in."""
    always = answers(np.random.default_rng(0), 0.0).assign(correct=1)
    result = shuffle_result(accuracy_of(always, STUDY), 1 / 3)
    assert result.accuracy.se is None
    assert result.concern


def test_numbers_are_printed_as_a_paper_prints_them() -> None:
    always = answers(np.random.default_rng(0), 0.0).assign(correct=1)
    assert "reaches 1.000 [" in shuffle_result(accuracy_of(always, STUDY), 1 / 3).summary
    assert "chance is .333" in shuffle_result(accuracy_of(always, STUDY), 1 / 3).summary
