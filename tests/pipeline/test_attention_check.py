"""The site's check of the attention: pictures that people look at."""

from pathlib import Path

import numpy as np
from PIL import Image

from attacker.example import Example
from pipeline.checking.attention import SHOWN, THUMBNAIL, _overlays


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
