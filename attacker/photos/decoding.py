"""From an image file to pixels: decoded once, fitted into a square's side with its shape kept."""

from __future__ import annotations

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from attacker.errors import PhotoError
from attacker.example import Example

# Names how pixels are made; part of every cache key. Raise the number when decoding or fitting changes.
DECODING = f"contain-bicubic-2-pillow-{PIL.__version__}"
_NO_IMAGE = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)
_ORIENTATION, _SIDEWAYS = 0x0112, (5, 6, 7, 8)  # EXIF: turned by a quarter
_BACKGROUND = (255, 255, 255)
_MOST_THREADS = 8  # each holds a photo as large as it comes
_AHEAD = 2  # photos for each thread: what is made of them waits in memory

Photo = TypeVar("Photo")
Made = TypeVar("Made")


def threads_for_photos() -> int:
    """Return how many threads decode photos at once where nothing else needs the processors.

    Examples
    --------
    >>> 1 <= threads_for_photos() <= 8
    True
    """
    return min(_MOST_THREADS, os.cpu_count() or 1)


def side_by_side(work: Callable[[Photo], Made], photos: Iterable[Photo]) -> Iterator[Made]:
    """Yield what is made of each photo, in the order of the photos.

    Parameters
    ----------
    work
        Called in threads, of which decoding, encoding and NumPy's large arrays keep every core busy. What it
        raises is raised here.
    photos
        What it is called with, one by one.

    Examples
    --------
    >>> list(side_by_side(lambda name: name.upper(), ["a", "b"]))
    ['A', 'B']
    """
    threads = threads_for_photos()
    coming: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for photo in photos:
            coming.append(pool.submit(work, photo))
            if len(coming) > _AHEAD * threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def read_bytes(path: Path) -> bytes:
    """Return the file's content.

    Raises
    ------
    PhotoError
        If the file cannot be opened; the message names it.

    Examples
    --------
    >>> read_bytes(Path("nowhere.jpg"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.errors.PhotoError: nowhere.jpg: cannot be read (No such file or directory)...
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PhotoError(
            f"{path}: cannot be read ({error.strerror}); restore the file or remove it"
        ) from error


def content_hash(data: bytes) -> str:
    """Return the sha256 of a file's content, in hexadecimal digits.

    Examples
    --------
    >>> content_hash(b"photo")[:16]
    '55c64d0fcd6f9d5f'
    """
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, path: Path) -> Image.Image:
    """Decode a file's content to an upright RGB image.

    Parameters
    ----------
    data
        Content of the file, in any format that Pillow reads.
    path
        What an error calls the file.

    Raises
    ------
    PhotoError
        If the content is no complete image; the message names `path`.

    Examples
    --------
    >>> stored = io.BytesIO()
    >>> Image.new("L", (40, 30)).save(stored, "PNG")
    >>> picture = decode(stored.getvalue(), Path("grey.png"))
    >>> picture.mode, picture.size
    ('RGB', (40, 30))
    """
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        return upright_rgb(image)
    except _NO_IMAGE as error:
        raise PhotoError(f"{path}: not a readable image ({error}); replace the file or remove it") from error


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Return a picture upright and in RGB, as the website shows it and as networks see it.

    Parameters
    ----------
    picture
        Of any mode. Transparent parts become white. 16-bit grey keeps its upper 8 bits; other deep pictures
        are stretched over their own range.

    Examples
    --------
    >>> upright_rgb(Image.new("RGBA", (40, 30), (10, 20, 30, 0))).getpixel((0, 0))
    (255, 255, 255)
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
    """Return pixels, uint8 [3, h, w] with max(h, w) == `side`; the photo keeps its proportions.

    Examples
    --------
    >>> fit(Image.new("RGB", (400, 100)), 64).shape
    (3, 16, 64)
    """
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

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("RGB", (40, 30)).save(Path(folder) / "photo.png")
    ...     size_of(Path(folder) / "photo.png")
    (40, 30)
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
    """Return the content hash of each example's file.

    Parameters
    ----------
    before_each
        Called before each file is read; may raise to stop.

    Raises
    ------
    PhotoError
        If a file cannot be opened; the message names it.

    Examples
    --------
    >>> hashes_of([])
    ()
    """
    hashes = []
    for example in examples:
        before_each()
        hashes.append(content_hash(read_bytes(example.path)))
    return tuple(hashes)


@dataclass(frozen=True)
class Photos:
    """Examples and the content hash of each example's file, read once."""

    examples: tuple[Example, ...]
    hashes: tuple[str, ...]

    @classmethod
    def read(cls, examples: Sequence[Example], before_each: Callable[[], object] = lambda: None) -> Photos:
        """Read the hashes of examples; parameters and errors are those of `hashes_of`."""
        return cls(tuple(examples), hashes_of(examples, before_each))

    def only(self, chosen: Collection[Example]) -> Photos:
        """Return the photos that are among `chosen`, in their own order."""
        wanted, pairs = set(chosen), zip(self.examples, self.hashes, strict=True)
        rows = [(example, sha256) for example, sha256 in pairs if example in wanted]
        return Photos(tuple(example for example, _ in rows), tuple(sha256 for _, sha256 in rows))
