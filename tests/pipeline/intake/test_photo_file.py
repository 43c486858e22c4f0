"""Stored photos hold their pixels and nothing else."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from attacker.photos.acceptance import accept_photo
from pipeline.intake.photo_file import encode_png


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
