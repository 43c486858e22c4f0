"""The check with shuffled labels: quiet at chance, loud where something else tells the classes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.checks import shuffled_labels
from pipeline.checks.shuffled_labels import SEEDS, check_shuffle
from study.models import Study

CLASSES = ("dribble", "dunk", "shoot")


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


@pytest.mark.parametrize(("skill", "alarms"), [(0.0, 0), (0.1, 4)])
def test_it_is_quiet_at_chance_and_sees_what_is_above(
    skill: float, alarms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = SimpleNamespace(study=Study(floor=0.85, ceiling=0.75, alpha=0.05))
    random = np.random.default_rng(5)
    monkeypatch.setattr(shuffled_labels, "photos_of", lambda _: {"test": []})
    monkeypatch.setattr(shuffled_labels, "chance", lambda _: 1 / 3)
    monkeypatch.setattr(shuffled_labels, "probe", lambda *_, **__: answers(random, skill))
    found = [check_shuffle(level, None) for _ in range(4)]  # type: ignore[arg-type]
    assert sum(one.concern for one in found) == alarms
    told = "something besides their labels" if alarms else "it learns from labels only"
    assert all(told in one.says for one in found)


def test_heads_that_are_right_every_time_have_not_learned_from_shuffled_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All seeds alike: there is no standard error to count in."""
    level = SimpleNamespace(study=Study(floor=0.85, ceiling=0.75, alpha=0.05))
    always = answers(np.random.default_rng(0), 0.0).assign(correct=1)
    monkeypatch.setattr(shuffled_labels, "photos_of", lambda _: {"test": []})
    monkeypatch.setattr(shuffled_labels, "chance", lambda _: 1 / 3)
    monkeypatch.setattr(shuffled_labels, "probe", lambda *_, **__: always)
    assert check_shuffle(level, None).concern  # type: ignore[arg-type]
