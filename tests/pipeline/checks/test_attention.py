"""The site's check of the attention: pictures that people look at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from attacker.errors import NoMapError
from attacker.example import Example
from pipeline.checks.attention import (
    PER_CLASS,
    SHOWN,
    THUMBNAIL,
    _in_words,
    _overlays,
    _sample,
    _without_evidence,
    check_attention,
)
from pipeline.checks.independent_network import _attention
from tests.pipeline.answered import add_run
from tests.study.factories import draft_study


def test_photos_are_shown_with_their_attention_and_plain_where_there_is_no_evidence(tmp_path: Path) -> None:
    Image.new("RGB", (400, 200), (90, 90, 90)).save(tmp_path / "grey.png")
    photos = [Example(tmp_path / "grey.png", number % 2, str(number), 1, str(number)) for number in range(16)]
    maps = np.zeros((16, 4, 4), np.float32)
    maps[2:, 0, 0] = 2.0
    shown = _overlays(["dunk", "shoot"], photos, maps)
    assert {name: len(row) for name, row in shown.items()} == {"dunk": SHOWN, "shoot": SHOWN}
    without, attended = shown["dunk"][:2]
    assert without.shape == attended.shape == (THUMBNAIL // 2, THUMBNAIL, 3)
    assert np.unique(without).tolist() == [90]
    assert attended[2, 2, 0] > 150
    assert attended[-3, -3].tolist() == [90, 90, 90]


def test_faithfulness_is_measured_on_different_photos_from_the_whole_of_a_class() -> None:
    """Forty photos of a class, in bursts of four that follow each other: one of each burst, ends included."""
    photos = [Example(Path("x"), number // 40, str(number), 1, str(number // 4)) for number in range(80)]
    sample = _sample(photos)
    assert len(sample) == 2 * PER_CLASS
    assert len({photos[row].group for row in sample}) == 2 * PER_CLASS
    assert [photos[row].label for row in sample].count(0) == PER_CLASS
    assert {int(photos[row].group) // 5 for row in sample} == {0, 1, 2, 3}  # both halves of both classes
    assert _sample(photos[:6]) == [0, 4]


@pytest.mark.django_db
def test_a_strongest_network_without_maps_is_a_finding_and_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = draft_study(seeds=1, architectures=["timm:mixer"])
    add_run(study, 1, seed=0, skill=0.5, net="timm:mixer")

    def no_maps(*_: object, **__: object) -> None:
        raise NoMapError("no spatial feature map")

    monkeypatch.setattr("attacker.load", lambda _: None)
    monkeypatch.setattr("attacker.attention_maps", no_maps)
    claim = SimpleNamespace(should_stop=lambda: False, progress=lambda *_: None)
    found = check_attention(study.levels.get(number=1), claim)
    assert found.concern
    assert "timm:mixer" in found.says


@pytest.mark.django_db
def test_the_other_network_of_the_controls_is_the_last_that_has_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    study = draft_study(architectures=["one", "two", "timm:mixer"])

    def maps(architecture: str, *_: object) -> list[str]:
        if architecture == "timm:mixer":
            raise NoMapError("no spatial feature map")
        return [architecture]

    monkeypatch.setattr("pipeline.checks.independent_network._attention_of", maps)
    assert _attention(study.levels.get(number=1), [], None) == ("two", ["two"])
    study.architectures = ["one", "timm:mixer"]
    level = study.levels.get(number=1)
    level.study = study
    assert _attention(level, [], None) == ("one", ["one"])


def test_a_network_that_sees_nothing_is_not_hidden_by_one_that_does() -> None:
    blind, seeing = np.zeros((4, 2, 2), np.float32), np.ones((4, 2, 2), np.float32)
    seeing[0] = 0
    assert _without_evidence([blind, seeing]) == 5 / 8


def test_the_finding_tells_what_the_maps_of_wrong_answers_share() -> None:
    values = {
        "without_evidence": 0.25,
        "stability": None,
        "true_against_predicted": 0.314,
        "kept": {"subject": None, "attention": None},
        "body": [],
    }
    says = _in_words(values)
    assert says.startswith("25% of the maps hold no evidence for the true class at all.")
    assert "maps of the true and of the predicted class correlate at 0.31." in says
    assert "correlate" not in _in_words(values | {"true_against_predicted": None})
