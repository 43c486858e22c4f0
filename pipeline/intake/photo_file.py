"""One uploaded file into an upright RGB picture without metadata, or a reason why not."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from attacker.photos.decoding import upright_rgb

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
MINIMUM_SIDE = 120
MAXIMUM_PIXELS = 25_000_000


class PhotoRefused(ValueError):
    """This file cannot be used; the message says why."""


def read_photo(data: bytes) -> Image.Image:
    """Decode a file: upright, RGB, metadata gone.

    Raises
    ------
    PhotoRefused
        If it is no photo of a known format, truncated, too small or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_size(opened.width, opened.height)  # before any pixel is decoded
                opened.load()
                return _pixels_only(upright_rgb(opened))
    except UnidentifiedImageError:
        raise PhotoRefused(f"no photo that can be read; use {', '.join(FORMATS)}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefused(f"too large ({error})") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PhotoRefused):
            raise
        raise PhotoRefused(f"damaged or truncated ({error})") from error


def encode_png(picture: Image.Image) -> bytes:
    """Lossless bytes with nothing but pixels in them."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=2)
    return buffer.getvalue()


def _check_size(width: int, height: int) -> None:
    if width * height > MAXIMUM_PIXELS:
        raise PhotoRefused(f"{width} x {height} pixels; at most {MAXIMUM_PIXELS // 1_000_000} megapixels")
    if min(width, height) < MINIMUM_SIDE:
        raise PhotoRefused(f"{width} x {height} pixels; the shorter side needs {MINIMUM_SIDE}")


def _pixels_only(picture: Image.Image) -> Image.Image:
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean
