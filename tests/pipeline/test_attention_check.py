"""The site's check of the attention: pictures that people look at."""

from pathlib import Path

import numpy as np
from PIL import Image

from attacker.example import Example
from pipeline.checking.attention import SHOWN, THUMBNAIL, _in_words, _overlays, _without_evidence


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
