"""Which files are accepted as photos, and what is read of them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from attacker.photos import acceptance
from attacker.photos.acceptance import PhotoRefusedError, accept_photo


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def gradient(width: int = 200, height: int = 140) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height))


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (gradient(), "JPEG"),
        (gradient().convert("RGB"), "WEBP"),
        (gradient().convert("CMYK"), "JPEG"),
        (gradient().convert("P"), "PNG"),
        (gradient().convert("LA"), "PNG"),
        (gradient().convert("RGBA"), "TIFF"),
        (gradient().convert("1"), "BMP"),
    ],
    ids=["grey", "webp", "cmyk", "palette", "grey with alpha", "alpha", "black and white"],
)
def test_every_usual_kind_becomes_rgb_of_the_same_size(picture: Image.Image, kind: str) -> None:
    photo = accept_photo(encoded(picture, kind))
    assert photo.mode == "RGB"
    assert photo.size == (200, 140)


def test_a_rotated_photo_is_turned_upright_and_forgets_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "a camera"
    photo = accept_photo(encoded(gradient(200, 140), "JPEG", exif=exif))
    assert photo.size == (140, 200)
    assert not photo.getexif()
    assert photo.info == {}


def test_deep_grey_keeps_its_range() -> None:
    deep = Image.fromarray(np.linspace(0, 65535, 200 * 140, dtype=np.uint16).reshape(140, 200))
    values = np.asarray(accept_photo(encoded(deep, "PNG")))
    assert values.min() == 0
    assert values.max() == 255


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (150, 150), (10, 20, 30, 0))
    assert accept_photo(encoded(clear)).getpixel((5, 5)) == (255, 255, 255)


def bomb() -> bytes:
    """A small file that claims 400 million pixels."""
    data = bytearray(encoded(gradient()))
    data[16:24] = struct.pack(">II", 20_000, 20_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a photo that can be read"),
        (b"<html>not a photo</html>", "not a photo that can be read"),
        (encoded(gradient(), "GIF"), "not a photo that can be read"),
        (encoded(gradient(), "JPEG")[:900], "damaged or truncated"),
        (encoded(gradient(119, 200)), "needs 120"),
        (encoded(Image.new("L", (5001, 5000))), "at most 25 megapixels"),
        (bomb(), "too large"),
    ],
    ids=["svg", "html", "gif", "truncated", "tiny", "huge", "bomb"],
)
def test_what_cannot_be_used_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(PhotoRefusedError, match=reason):
        accept_photo(data)


def test_twenty_five_megapixels_and_120_pixels_are_welcome() -> None:
    assert accept_photo(encoded(Image.new("L", (5000, 5000)))).size == (5000, 5000)
    assert accept_photo(encoded(Image.new("L", (120, 130)))).size == (120, 130)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_photos_of_phones_are_read(kind: str) -> None:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    values = np.linspace(0, 255, 150 * 200, dtype=np.uint8).reshape(150, 200)
    picture = accept_photo(encoded(Image.fromarray(values).convert("RGB"), kind))
    assert (picture.mode, picture.size) == ("RGB", (200, 150))
    assert np.abs(np.asarray(picture)[..., 0].astype(int) - values).mean() < 4


def test_metadata_that_are_too_long_are_called_by_their_name() -> None:
    text = PngInfo()
    text.add_text("Comment", "x" * 2_000_000, zip=True)
    with pytest.raises(PhotoRefusedError, match="its metadata are over 1 MB; save it anew without them"):
        accept_photo(encoded(gradient(), "PNG", pnginfo=text))


def test_a_photo_over_which_a_decoder_stumbles_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An orientation that is a text once ended a whole import with a TypeError."""

    def stumble(_: Image.Image) -> Image.Image:
        raise TypeError("bad operand type for abs(): 'str'")

    monkeypatch.setattr(acceptance, "upright_rgb", stumble)
    with pytest.raises(PhotoRefusedError, match=r"cannot be decoded \(TypeError: bad operand"):
        accept_photo(encoded(gradient()))
