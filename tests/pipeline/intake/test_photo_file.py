"""Stored photos hold their pixels and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from attacker.photos.acceptance import accept_photo
from pipeline.intake.photo_file import encode_png, stored_form


def encoded(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_the_pixels_survive_storage_unchanged() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (130, 170, 3), dtype=np.uint8))
    again = Image.open(io.BytesIO(encode_png(accept_photo(encoded(noise)))))
    assert np.array_equal(np.asarray(again), np.asarray(noise))


def test_metadata_does_not_survive_storage() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    stored = encode_png(accept_photo(encoded(Image.linear_gradient("L"), exif=exif)))
    assert not Image.open(io.BytesIO(stored)).getexif()


def test_a_polyglot_keeps_only_its_pixels() -> None:
    polyglot = encoded(Image.linear_gradient("L")) + b"<script>alert(1)</script>"
    assert b"script" not in encode_png(accept_photo(polyglot))


def jpeg(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_keeps_its_coding_and_every_pixel_but_nothing_else(
    mode: str, options: dict[str, object]
) -> None:
    values = np.random.default_rng(0).integers(0, 255, (150, 200, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    picture = Image.fromarray(values).convert(mode)
    data = jpeg(picture, exif=exif, comment=b"a secret", icc_profile=b"secret" * 10, **options)
    data += b"<script>secret</script>"
    stored, ending = stored_form(data, accept_photo(data))
    assert ending == "jpg"
    assert b"secret" not in stored
    again = Image.open(io.BytesIO(stored))
    assert np.array_equal(np.asarray(again.convert("RGB")), np.asarray(accept_photo(data)))
    assert len(again.getexif()) == 0


def test_a_turned_photo_and_one_in_printing_colours_become_upright_rgb() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for data in (jpeg(Image.linear_gradient("L"), exif=exif), jpeg(Image.new("CMYK", (150, 150)))):
        stored, ending = stored_form(data, accept_photo(data))
        assert ending == "png"
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(stored))), np.asarray(accept_photo(data)))
