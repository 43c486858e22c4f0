"""Baselines that see no subject: files and colours, the name of the collection, the shape of a mask."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from attacker.errors import DataError
from attacker.evaluation.baseline_classifier import BaselineResult, classify
from attacker.example import Example
from attacker.photos.decoding import decode, read_bytes
from attacker.photos.splits import require_disjoint

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class File:
    """The compression of a photo's file.

    Parameters
    ----------
    size
        Bytes.
    quantisation
        Mean of a JPEG's quantisation tables (coarser is larger), 0 for other formats.
    """

    size: int
    quantisation: float

    @classmethod
    def of(cls, data: bytes) -> File:
        """Return what the content of a file says about its compression."""
        tables = getattr(Image.open(io.BytesIO(data)), "quantization", None) or {}
        steps = [value for table in tables.values() for value in table]
        return cls(len(data), float(np.mean(steps)) if steps else 0.0)


CUES = (
    "log width",
    "log height",
    "log bytes",
    "bits per pixel",
    "quantisation",
    "red",
    "green",
    "blue",
    "contrast",
)


def nuisance_baseline(
    train: Sequence[Example],
    test: Sequence[Example],
    *,
    files: Mapping[str, File] = MappingProxyType({}),
    on_photo: Callable[[], object] = lambda: None,
) -> BaselineResult:
    """Classify photos by the `CUES` of their files and colours alone.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    files
        By item, the file from which a photo was saved anew: JPEG leaves its traces in the pixels.
    on_photo
        Called after each photo that was read; may raise to stop.

    Returns
    -------
    Above chance means that the classes differ in where their photos come from.

    Raises
    ------
    LeakError
        If a group or source photo is in both roles.
    DataError
        If there are no photos to train or to test on.
    PhotoError
        If a photo cannot be read.

    Examples
    --------
    >>> nuisance_baseline(train_photos, test_photos).is_above_chance()  # doctest: +SKIP
    False
    """
    require_disjoint(train, test)

    def features_of(examples: Sequence[Example]) -> Floats:
        rows = []
        for example in examples:
            rows.append(cues(example, files.get(example.item)))
            on_photo()
        return np.array(rows)  # [n, 9]

    return _classified(features_of(train), features_of(test), train, test)


def collection_baseline(
    train: Sequence[Example],
    train_collections: Sequence[str],
    test: Sequence[Example],
    test_collections: Sequence[str],
) -> BaselineResult:
    """Classify photos by the name of the collection they come from, seeing neither file nor pixel.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    train_collections, test_collections
        Collection of each photo, [n]; one that is empty, or not among those of the training photos, says
        nothing.

    Returns
    -------
    Above chance means that an attacker which recognises a collection need not know the class.

    Raises
    ------
    DataError
        If no training photo has a collection, or there is not one for each photo.
    LeakError
        If a group or source photo is in both roles.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = [Example(Path("x"), n % 2, str(n), level=0, group=str(n)) for n in range(80)]
    >>> archives = ["news" if photo.label == 0 else "holidays" for photo in photos]
    >>> collection_baseline(photos[:40], archives[:40], photos[40:], archives[40:]).accuracy
    1.0
    """
    require_disjoint(train, test)
    known = sorted(set(train_collections) - {""})
    if not known:
        raise DataError("no photo's collection is known; name them in sources.csv, column collection")
    if (len(train_collections), len(test_collections)) != (len(train), len(test)):
        raise DataError("every photo needs a collection; give an empty one where it is not known")
    train_features, test_features = (
        np.array([[name == collection for collection in known] for name in names], dtype=np.float64)
        for names in (train_collections, test_collections)
    )  # [n, collections]
    mean = train_features[train_features.any(axis=1)].mean(axis=0)
    for features in (train_features, test_features):
        features[~features.any(axis=1)] = mean  # an unknown collection must not say anything either
    return _classified(train_features, test_features, train, test)


def mask_baseline(
    train: Sequence[Example], train_masks: ArrayLike, test: Sequence[Example], test_masks: ArrayLike
) -> BaselineResult:
    """Classify photos by the shape of their masks alone, without any pixel.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    train_masks, test_masks
        Hidden share of each cell, [n, g, g].

    Returns
    -------
    Above chance means that the masks themselves show the class.

    Raises
    ------
    LeakError
        If a group or source photo is in both roles.
    DataError
        If there are no photos to train or to test on.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = [Example(Path("x"), n % 2, str(n), level=0, group=str(n)) for n in range(80)]
    >>> masks = np.array([np.eye(4) * photo.label for photo in photos])
    >>> mask_baseline(photos[:40], masks[:40], photos[40:], masks[40:]).accuracy
    1.0
    """
    require_disjoint(train, test)
    flat = [np.asarray(masks, dtype=np.float64) for masks in (train_masks, test_masks)]
    train_features, test_features = (masks.reshape(len(masks), -1) for masks in flat)  # [n, g * g]
    return _classified(train_features, test_features, train, test)


def _classified(
    train_features: Floats, test_features: Floats, train: Sequence[Example], test: Sequence[Example]
) -> BaselineResult:
    train_labels, test_labels = ([example.label for example in role] for role in (train, test))
    groups = [example.group for example in test]
    return classify(train_features, train_labels, test_features, test_labels, groups)


def cues(example: Example, file: File | None = None) -> Floats:
    """Return the `CUES` of one photo.

    Parameters
    ----------
    example
        The photo.
    file
        The file that it was saved anew from; None for its own.

    Returns
    -------
    Float64 [9].

    Raises
    ------
    PhotoError
        If the photo cannot be read.

    Examples
    --------
    >>> dict(zip(CUES, cues(photo)))["log width"]  # doctest: +SKIP
    6.46
    """
    data = read_bytes(example.path)
    image, compression = decode(data, example.path), file or File.of(data)
    pixels = np.asarray(image, dtype=np.float64) / 255  # [h, w, 3]
    logs = np.log([image.width, image.height, compression.size])
    density = 8 * compression.size / (image.width * image.height)
    return np.array([*logs, density, compression.quantisation, *pixels.mean((0, 1)), pixels.std()])
