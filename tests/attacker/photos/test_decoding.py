"""Photos become upright RGB pixels that keep their proportions; unreadable files are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker.errors import PhotoError
from attacker.photos.decoding import decode, fit, read_bytes, size_of
from tests.attacker import planted


def test_a_photo_keeps_its_shape_when_fitted() -> None:
    assert fit(Image.new("RGB", (400, 100)), 64).shape == (3, 16, 64)
    assert fit(Image.new("RGB", (10, 40)), 64).shape == (3, 64, 16)


def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20)).save(path, exif=exif)
    assert decode(read_bytes(path), path).size == (20, 30)
    assert size_of(path) == (20, 30)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "CMYK"])
def test_any_colour_mode_becomes_three_channels(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "photo.tif"
    planted.photo(0, 0).convert(mode).save(path)
    assert decode(read_bytes(path), path).mode == "RGB"


def test_a_transparent_and_a_deep_photo_are_seen_as_the_site_shows_them(tmp_path: Path) -> None:
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (20, 20), (10, 20, 30, 0)).save(clear)
    assert decode(read_bytes(clear), clear).getpixel((5, 5)) == (255, 255, 255)
    deep = tmp_path / "deep.png"
    Image.fromarray(np.linspace(0, 65535, 400, dtype=np.uint16).reshape(20, 20)).save(deep)
    values = np.asarray(decode(read_bytes(deep), deep))
    assert (values.min(), values.max()) == (0, 255)
    assert abs(float(values.mean()) - 127.5) < 1


def test_a_cut_short_photo_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    planted.photo(0, 0).save(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(PhotoError, match=r"broken\.png"):
        decode(read_bytes(path), path)


def test_a_text_file_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    for call in (lambda p: decode(read_bytes(p), p), size_of):
        with pytest.raises(PhotoError, match=r"text\.jpg"):
            call(tmp_path / "text.jpg")
        with pytest.raises(PhotoError, match=r"gone\.jpg"):
            call(tmp_path / "gone.jpg")


def test_a_photo_that_would_unpack_to_too_much_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vast.png"
    Image.new("RGB", (50, 50)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for call in (lambda p: decode(read_bytes(p), p), size_of):
        with pytest.raises(PhotoError, match=r"vast\.png: not a readable image .*exceeds limit"):
            call(path)


def test_fitting_keeps_colours() -> None:
    pixels = fit(Image.new("RGB", (50, 50), (10, 200, 90)), 32)
    assert np.unique(pixels.reshape(3, -1), axis=1).ravel().tolist() == [10, 200, 90]
