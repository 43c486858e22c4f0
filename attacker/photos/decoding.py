"""From an image file to pixels: decoded once, fitted into a square's side with its shape kept."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from attacker.errors import PhotoError
from attacker.example import Example

# Says how pixels are made; part of every cache key. The number is raised when decoding or fitting changes.
DECODING = f"contain-bicubic-2-pillow-{PIL.__version__}"
_NO_IMAGE = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)
_ORIENTATION, _SIDEWAYS = 0x0112, (5, 6, 7, 8)  # EXIF: turned by a quarter
_BACKGROUND = (255, 255, 255)
_MOST_THREADS = 8  # each holds a photo as large as it comes


def threads_for_photos() -> int:
    """How many threads look at photos at once, where nothing else wants the processors."""
    return min(_MOST_THREADS, os.cpu_count() or 1)


def read_bytes(path: Path) -> bytes:
    """Return the file's content.

    Raises
    ------
    PhotoError
        If the file cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PhotoError(
            f"{path}: cannot be read ({error.strerror}); restore the file or remove it"
        ) from error


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, path: Path) -> Image.Image:
    """Decode to an upright RGB image.

    Raises
    ------
    PhotoError
        If the content is no complete image; the message names `path`.
    """
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        return upright_rgb(image)
    except _NO_IMAGE as error:
        raise PhotoError(f"{path}: not a readable image ({error}); replace the file or remove it") from error


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Return a picture upright and in RGB.

    Parameters
    ----------
    picture
        Of any mode. Transparent parts become white. 16-bit grey keeps its upper 8 bits; other deep pictures
        are stretched over their own range.
    """
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I") or picture.mode == "F":
        return _eight_bits(picture).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        return _on_background(picture.convert("RGBA"))
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256, "L")
    low, high = picture.getextrema()
    scale = 255 / (high - low) if high > low else 0  # type: ignore[operator]
    return picture.convert("F").point(lambda value: (value - low) * scale).convert("L")


def _on_background(picture: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", picture.size, _BACKGROUND)
    canvas.paste(picture, mask=picture.getchannel("A"))
    return canvas


def fit(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Return pixels, uint8 [3, h, w] with max(h, w) == `side`, the photo's shape kept."""
    scale = side / max(image.size)
    width, height = (max(1, round(length * scale)) for length in image.size)
    resized = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
    return np.ascontiguousarray(np.asarray(resized, dtype=np.uint8).transpose(2, 0, 1))


def size_of(path: Path) -> tuple[int, int]:
    """Return (width, height) in pixels as seen upright, without decoding the pixels.

    Raises
    ------
    PhotoError
        If the file is no image.
    """
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(_ORIENTATION, 1) in _SIDEWAYS
    except _NO_IMAGE as error:
        raise PhotoError(f"{path}: not a readable image ({error}); replace the file or remove it") from error
    return (height, width) if turned else (width, height)


def hashes_of(
    examples: Sequence[Example], before_each: Callable[[], object] = lambda: None
) -> tuple[str, ...]:
    """Return the content hash of each example's file; what is called before each may raise to stop."""

    def hashed(example: Example) -> str:
        before_each()
        return content_hash(read_bytes(example.path))

    return tuple(hashed(example) for example in examples)


@dataclass(frozen=True)
class Photos:
    """Examples and the content hash of each one's file, read once."""

    examples: tuple[Example, ...]
    hashes: tuple[str, ...]

    @classmethod
    def read(cls, examples: Sequence[Example], before_each: Callable[[], object] = lambda: None) -> Photos:
        return cls(tuple(examples), hashes_of(examples, before_each))

    def only(self, kept: Collection[Example]) -> Photos:
        """Return those that are in `kept`, in their own order."""
        chosen, pairs = set(kept), zip(self.examples, self.hashes, strict=True)
        found = [(example, key) for example, key in pairs if example in chosen]
        return Photos(tuple(example for example, _ in found), tuple(key for _, key in found))
