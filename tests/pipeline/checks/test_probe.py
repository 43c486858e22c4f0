"""The probe that all checks share: tested on photos it has not seen, it knows which belong together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import attacker
from attacker.example import Example
from pipeline.checks import probe as probe_module
from pipeline.checks.probe import SEEDS, ProbeError, accuracy_of, gap_between, probe
from study.models import Study

STUDY = Study(floor=0.85, ceiling=0.75, alpha=0.05)
PHOTOS = [Example(Path("x"), 0, str(number), 1, "one shoot") for number in range(8)]


def answers(photos: str, correct: int) -> pd.DataFrame:
    """Three seeds that answer photos of one class all alike."""
    return pd.DataFrame(
        {
            "agent_type": "model", "agent_id": f"seed {seed}", "item_id": photo, "source_id": photo,
            "category": "disc", "crop_level": 1, "correct": correct,
        }
        for seed in range(SEEDS)
        for photo in photos
    )  # fmt: skip


def test_a_probe_knows_which_photos_share_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    monkeypatch.setattr(probe_module, "classes_of", lambda _: ["disc"])
    trained = SimpleNamespace(require_unseen=checked.append)
    monkeypatch.setattr(probe_module, "trained_probe", lambda *_: trained)
    monkeypatch.setattr(attacker, "predict", lambda *_, **__: SimpleNamespace(correct=[True, False] * 4))
    claim = SimpleNamespace(should_stop=lambda: False)
    roles = dict.fromkeys(("train", "validation", "test"), PHOTOS)
    rows = probe(STUDY, roles, claim)  # type: ignore[arg-type]
    assert set(rows["source_id"]) == {"one shoot"}
    assert checked == [PHOTOS] * 3  # no seed is tested on what it may have learned
    assert accuracy_of(rows, STUDY).ci_low < 0.05


def test_two_probes_are_compared_on_the_photos_that_both_have_answered() -> None:
    gap = gap_between(answers("abcdef", correct=1), answers("cdefgh", correct=0), STUDY)
    assert gap.estimate == 1.0
    assert gap.n_items == 4


def test_probes_of_different_photos_are_not_compared() -> None:
    with pytest.raises(ProbeError, match="different photos"):
        gap_between(answers("abc", correct=1), answers("def", correct=0), STUDY)
