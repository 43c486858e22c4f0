"""The rule by which a file is accepted as a photo: its format, its size, and that its pixels are complete."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from attacker.errors import DataError
from attacker.photos.decoding import upright_rgb

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
MINIMUM_SIDE = 120  # pixels: in less, people see too little of a crop
MAXIMUM_PIXELS = 25_000_000


class PhotoRefusedError(DataError):
    """A file that cannot be used as a photo; the message says why, without the file's name."""


def accept_photo(data: bytes) -> Image.Image:
    """Decode a file into an upright RGB picture without metadata.

    Parameters
    ----------
    data
        Content of the file. Its format is recognised by the content, whatever the file's name ends in.

    Raises
    ------
    PhotoRefusedError
        If it is no photo of a known format, is damaged, or is too small or too large.

    Examples
    --------
    >>> stored = io.BytesIO()
    >>> Image.new("L", (200, 150)).save(stored, "PNG")
    >>> picture = accept_photo(stored.getvalue())
    >>> picture.mode, picture.size
    ('RGB', (200, 150))
    >>> accept_photo(b"a text")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.photos.acceptance.PhotoRefusedError: not a photo that can be read; use JPEG, PNG...
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _require_size(opened.width, opened.height)  # before any pixel is decoded
            opened.load()
            return _pixels_only(upright_rgb(opened))
    except PhotoRefusedError:
        raise
    except UnidentifiedImageError:
        formats = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise PhotoRefusedError(f"not a photo that can be read; use {formats}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefusedError(f"too large ({error})") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoRefusedError(f"damaged or truncated ({error})") from error


def _require_size(width: int, height: int) -> None:
    if width * height > MAXIMUM_PIXELS:
        raise PhotoRefusedError(
            f"{width} x {height} pixels; at most {MAXIMUM_PIXELS // 1_000_000} megapixels"
        )
    if min(width, height) < MINIMUM_SIDE:
        raise PhotoRefusedError(f"{width} x {height} pixels; the shorter side needs {MINIMUM_SIDE}")


def _pixels_only(picture: Image.Image) -> Image.Image:
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean
