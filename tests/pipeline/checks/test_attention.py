"""The check of the attention: which photos it measures on, what it says, and the pictures that people see."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec import convert
from PIL import Image

import attacker
from attacker.errors import NoMapError
from attacker.example import Example
from pipeline.checks.attention import (
    PER_CLASS,
    check_attention,
    further_sentences,
    sample_rows,
    without_evidence,
)
from pipeline.checks.attention_overlays import SHOWN, THUMBNAIL, overlays
from pipeline.checks.independent_network import last_with_maps
from pipeline.checks.result_types import AttentionResult
from tests.pipeline.answered import add_run
from tests.pipeline.check_results import stored_result
from tests.study.factories import draft_study


def test_photos_are_shown_with_their_attention_and_plain_where_there_is_no_evidence(tmp_path: Path) -> None:
    Image.new("RGB", (400, 200), (90, 90, 90)).save(tmp_path / "grey.png")
    photos = [Example(tmp_path / "grey.png", number % 2, str(number), 1, str(number)) for number in range(16)]
    maps = np.zeros((16, 4, 4), np.float32)
    maps[2:, 0, 0] = 2.0
    pictures = overlays(["dunk", "shoot"], photos, maps)
    assert {name: len(row) for name, row in pictures.items()} == {"dunk": SHOWN, "shoot": SHOWN}
    without, attended = pictures["dunk"][:2]
    assert without.shape == attended.shape == (THUMBNAIL // 2, THUMBNAIL, 3)
    assert np.unique(without).tolist() == [90]
    assert attended[2, 2, 0] > 150
    assert attended[-3, -3].tolist() == [90, 90, 90]


def test_faithfulness_is_measured_on_different_photos_from_the_whole_of_a_class() -> None:
    """Forty photos of a class, in bursts of four that follow each other: one of each burst, ends included."""
    photos = [Example(Path("x"), number // 40, str(number), 1, str(number // 4)) for number in range(80)]
    rows = sample_rows(photos)
    assert len(rows) == 2 * PER_CLASS
    assert len({photos[row].group for row in rows}) == 2 * PER_CLASS
    assert [photos[row].label for row in rows].count(0) == PER_CLASS
    assert {int(photos[row].group) // 5 for row in rows} == {0, 1, 2, 3}  # both halves of both classes
    assert sample_rows(photos[:6]) == [0, 4]


def no_maps(*_: object, **__: object) -> None:
    raise NoMapError("two grids at once")


@pytest.mark.django_db
def test_a_strongest_network_without_maps_is_a_finding_and_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = draft_study(seeds=1, architectures=["timm:mixer"])
    add_run(study, 1, seed=0, skill=0.5, net="timm:mixer")
    monkeypatch.setattr(attacker, "load", lambda _: None)
    monkeypatch.setattr(attacker, "attention_maps", no_maps)
    claim = SimpleNamespace(should_stop=lambda: False, progress=lambda *_: None)
    result = check_attention(study.levels.get(number=1), claim).result  # type: ignore[arg-type]
    assert result.concern
    assert "timm:mixer" in result.summary
    assert result.summary.endswith("The reason: two grids at once.")
    assert result.settings.architecture == "timm:mixer"


def test_the_other_network_of_the_controls_is_the_last_that_has_maps() -> None:
    def maps_of(architecture: str) -> np.ndarray:
        if architecture == "timm:mixer":
            no_maps()
        return np.full((1, 2, 2), len(architecture), np.float32)

    architecture, maps = last_with_maps(["one", "second", "timm:mixer"], maps_of)
    assert (architecture, maps.max()) == ("second", len("second"))
    assert last_with_maps(["one", "timm:mixer"], maps_of)[0] == "one"
    with pytest.raises(NoMapError):
        last_with_maps(["timm:mixer"], maps_of)


def test_a_network_that_sees_nothing_is_not_hidden_by_one_that_does() -> None:
    blind, seeing = np.zeros((4, 2, 2), np.float32), np.ones((4, 2, 2), np.float32)
    seeing[0] = 0
    assert without_evidence([blind, seeing]) == 5 / 8


def sentences_of(**changes: object) -> str:
    return " ".join(further_sentences(convert(stored_result("attention", **changes), AttentionResult)))


def test_the_result_says_how_maps_of_wrong_answers_agree() -> None:
    text = sentences_of(without_evidence=0.25, stability=None, true_against_predicted=0.314)
    assert text.startswith("25% of the maps hold no evidence for the true class at all.")
    assert "maps of the true and of the predicted class correlate at +.31." in text
    assert "different seeds" not in text


def test_what_is_not_defined_is_not_mentioned() -> None:
    undefined = {"without_evidence": 0.0, "stability": None, "true_against_predicted": None, "body": None}
    assert sentences_of(**undefined, kept={"subject": None, "attention": None}) == ""
