"""Crops of a folder's photos for a search outside a study: the middle of each photo, at several sizes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from attacker.errors import ConfigError
from attacker.example import Example
from attacker.features.cache import write_atomically
from attacker.photos.decoding import decode, hashes_of, read_bytes

_LEAST_SIDE = 8  # pixels


def centre_crops(
    examples: Sequence[Example],
    sides: Sequence[float],
    folder: Path,
    on_photo: Callable[[], object] = lambda: None,
) -> tuple[Example, ...]:
    """Cut the middle out of each photo, in the photo's own pixels; what is cut already is not cut again.

    Parameters
    ----------
    examples
        Whole photos.
    sides
        Side of each level's crop, as a share of the photo's width and height, in (0, 1], each below the one
        before; 1 is the photo's own file.
    folder
        Gets a folder per level and class.
    on_photo
        Called after each photo.

    Returns
    -------
    Crops of all levels. Crops of different photos that are the same to the byte show nothing, as plain white
    does, and are left out: they could be learned from and asked about at once.

    Raises
    ------
    ConfigError
        If the sides cannot be used.
    PhotoError
        If a photo cannot be read.

    Examples
    --------
    >>> centre_crops([], [0.5, 1.0], Path("crops"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ConfigError: levels must be sides of crops, in (0, 1] and each below the one before, not (0.5, 1.0)
    """
    require_sides(sides)
    crops = []
    for example in examples:
        crops += _crops_of(example, sides, folder)
        on_photo()
    return _without_blanks(crops)


def require_sides(sides: Sequence[float]) -> None:
    """Raise an error if levels cannot be cut at these sides; see `centre_crops`.

    Raises
    ------
    ConfigError
        If there is none, one is not in (0, 1], or one is not below the one before.

    Examples
    --------
    >>> require_sides([1, 0.5])
    """
    falling = sorted(set(sides), reverse=True) == list(sides)
    if not sides or not falling or not 0 < sides[-1] <= sides[0] <= 1:
        raise ConfigError(
            f"levels must be sides of crops, in (0, 1] and each below the one before, not {tuple(sides)}"
        )


def _crops_of(example: Example, sides: Sequence[float], folder: Path) -> list[Example]:
    paths = [
        example.path if side == 1 else folder / f"side-{side:g}" / f"{example.item}.png" for side in sides
    ]
    missing = [(path, side) for path, side in zip(paths, sides, strict=True) if not path.exists()]
    if missing:
        photo = decode(read_bytes(example.path), example.path)
        for path, side in missing:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, partial(_middle(photo, side).save, format="PNG"), durable=False)
    return [replace(example, path=path, level=level) for level, path in enumerate(paths)]


def _middle(photo: Image.Image, side: float) -> Image.Image:
    width, height = (max(min(_LEAST_SIDE, length), round(side * length)) for length in photo.size)
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    return photo.crop((left, top, left + width, top + height))


def _without_blanks(crops: list[Example]) -> tuple[Example, ...]:
    hashes = hashes_of(crops)
    groups: dict[str, set[str]] = defaultdict(set)
    for crop, content in zip(crops, hashes, strict=True):
        groups[content].add(crop.group)
    return tuple(crop for crop, content in zip(crops, hashes, strict=True) if len(groups[content]) == 1)
