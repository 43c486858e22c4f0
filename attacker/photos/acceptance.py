"""The rule by which a file is accepted as a photo: its format, its size, and that its pixels are complete."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from attacker.errors import DataError
from attacker.photos.decoding import upright_rgb

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "HEIF")
MINIMUM_SIDE = 120  # pixels: in less, people see too little of a crop
MAXIMUM_PIXELS = 25_000_000
MAXIMUM_FILE_BYTES = 80_000_000  # of a file that is read at all: 25 megapixels, uncompressed
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_TOO_MUCH_TEXT = "too large for PngImagePlugin.MAX_TEXT"  # Pillow's words


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
        with Image.open(io.BytesIO(data), formats=_known_formats(data)) as opened:
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
        if _TOO_MUCH_TEXT in str(error):
            raise PhotoRefusedError("its metadata are over 1 MB; save it anew without them") from error
        raise PhotoRefusedError(f"damaged or truncated ({error})") from error
    except Exception as error:  # a decoder stumbled over what no rule foresees: this file, not the others
        raise PhotoRefusedError(f"cannot be decoded ({type(error).__name__}: {error})") from error


def _known_formats(data: bytes) -> tuple[str, ...]:
    """Return the formats that can be opened; the library for HEIC is loaded for such a file only."""
    if not (data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS):
        return tuple(name for name in FORMATS if name != "HEIF")
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise PhotoRefusedError("a HEIC photo; reading these takes `pip install pillow-heif`") from error
    register_heif_opener()
    return FORMATS


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
