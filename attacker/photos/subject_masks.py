"""Masks of the subject: pictures beside the photos, as large as these, in which the subject is bright."""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import MASK, ClassFiles, ClassFoldersError, Listing

Mask = NDArray[np.uint8]
_NO_IMAGE = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)
_BESIDE = f"the mask of dunk/1.jpg is dunk/1{MASK}"


def list_masks(listing: Listing, listed: ClassFiles) -> dict[str, str]:
    """Return the name of the mask beside each photo; photos without one are left out.

    Parameters
    ----------
    listing, listed
        The folder or archive, and what `list_class_files` returned for it.

    Raises
    ------
    ClassFoldersError
        If a mask is beside no photo, or two photos could have it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from attacker.photos.class_folders import ClassFile
    >>> photos = ClassFiles((ClassFile("dunk/1.jpg", "dunk"), ClassFile("dunk/2.jpg", "dunk")), ())
    >>> list_masks(SimpleNamespace(files=["dunk/1.jpg", "dunk/1.mask.png", "dunk/2.jpg"]), photos)
    {'dunk/1.jpg': 'dunk/1.mask.png'}
    """
    photos: dict[str, list[str]] = {}
    for file in listed.files:
        photos.setdefault(str(PurePosixPath(file.name).with_suffix("")), []).append(file.name)
    hidden = (".", "__MACOSX")
    masks = sorted(
        name
        for name in listing.files
        if name.lower().endswith(MASK)
        and not any(part.startswith(hidden) for part in PurePosixPath(name).parts)
    )
    return {_photo_of(mask, photos.get(mask[: -len(MASK)], [])): mask for mask in masks}


def read_mask(listing: Listing, name: str, size: tuple[int, int]) -> Mask:
    """Return a mask, uint8 [height, width]: 0 where the subject is not, 255 where it is.

    Parameters
    ----------
    listing, name
        The folder or archive, and the mask's name in it.
    size
        (width, height) of its photo as seen upright, in pixels.

    Returns
    -------
    Where the picture has a transparent part, what is opaque; in a picture of numbered colours, every number
    but 0; else its brightness, the brightest pixel being 255.

    Raises
    ------
    ClassFoldersError
        If it cannot be read, is of another size, or is empty.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stored, picture = io.BytesIO(), Image.new("L", (4, 2))
    >>> picture.putpixel((1, 0), 1)
    >>> picture.save(stored, "PNG")
    >>> listing = SimpleNamespace(read=lambda name: stored.getvalue())
    >>> read_mask(listing, "dunk/1.mask.png", (4, 2)).tolist()
    [[0, 255, 0, 0], [0, 0, 0, 0]]
    """
    try:
        with Image.open(io.BytesIO(listing.read(name)), formats=("PNG",)) as picture:
            _require_size(picture, name, size)  # before any pixel is decoded
            values = _brightness(picture)
    except (PhotoRefusedError, *_NO_IMAGE) as error:
        raise ClassFoldersError(f"{name}: no mask that can be read ({error}); mend or remove it") from error
    if not values.any():
        raise ClassFoldersError(f"{name}: the mask is empty; paint the subject white, or remove the file")
    mask: Mask = (values * (255 / values.max())).round().astype(np.uint8)
    return mask


def mask_map(mask: Mask, grid: int) -> NDArray[np.float64]:
    """Return which share of each cell the subject covers, float64 [grid, grid]: a subject map.

    Parameters
    ----------
    mask
        As `read_mask` returns it.
    grid
        Number of rows, and of columns, over the whole photo.

    Examples
    --------
    >>> mask_map(np.array([[255, 0, 0], [255, 0, 0]], np.uint8), 2).round(3).tolist()
    [[0.667, 0.0], [0.667, 0.0]]
    """
    rows, columns = (_shares_of_cells(length, grid) for length in mask.shape)
    return (rows @ (mask / 255) @ columns.T).clip(0, 1)


def _shares_of_cells(pixels: int, grid: int) -> NDArray[np.float64]:
    """Return which share of each cell along a side is which pixel, [grid, pixels]; rows sum to 1."""
    edges, first = np.arange(grid + 1)[:, None] * pixels / grid, np.arange(pixels)
    shared = np.minimum(edges[1:], first + 1) - np.maximum(edges[:-1], first)
    return shared.clip(0) * grid / pixels


def _photo_of(mask: str, photos: Collection[str]) -> str:
    if not photos:
        raise ClassFoldersError(f"{mask}: there is no photo beside this mask; {_BESIDE}")
    if len(photos) > 1:
        raise ClassFoldersError(f"{mask} could belong to {' or '.join(sorted(photos))}; rename one photo")
    return next(iter(photos))


def _require_size(mask: Image.Image, name: str, photo: tuple[int, int]) -> None:
    if mask.size != photo:
        raise ClassFoldersError(
            f"{name}: {mask.width} x {mask.height} pixels, but its photo has {photo[0]} x {photo[1]} as seen "
            "upright; give the mask the photo's size"
        )


def _brightness(picture: Image.Image) -> NDArray[np.float64]:
    """Return how much of the subject each pixel shows, on any scale from 0."""
    if picture.mode in {"RGBA", "LA", "PA"} and picture.getchannel("A").getextrema()[0] < 255:  # type: ignore[operator]
        return np.asarray(picture.getchannel("A"), dtype=np.float64)
    if picture.mode == "P":
        return (np.asarray(picture) > 0).astype(np.float64)
    if picture.mode.startswith("I") or picture.mode == "F":
        return np.asarray(picture, dtype=np.float64).clip(0, None)
    return np.asarray(picture.convert("L"), dtype=np.float64)
