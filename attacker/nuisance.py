"""Could a class be told without looking? By the file and its colours, the collection, the mask alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from attacker.baselines import BaselineResult, classify
from attacker.errors import DataError
from attacker.example import Example
from attacker.photos import decode, read_bytes
from attacker.splits import require_disjoint

Floats = NDArray[np.float64]

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
    train: Sequence[Example], test: Sequence[Example], *, on_photo: Callable[[], object] = lambda: None
) -> BaselineResult:
    """Classify photos by their file and colours alone.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    on_photo
        Called after each photo that was looked at; may raise to stop.

    Returns
    -------
    BaselineResult
        Above chance means that the classes differ by where they come from.

    Raises
    ------
    LeakError
        If a group or source photo is in both.
    """
    require_disjoint(train, test)
    features = [np.stack([_seen(example, on_photo) for example in role]) for role in (train, test)]
    return _classified(features, train, test)


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
        Collection of each photo, [n]; one that is empty, or not among the training photos', tells nothing.

    Returns
    -------
    BaselineResult
        Above chance means that an attacker which recognises a collection need not know the class.

    Raises
    ------
    DataError
        If no training photo has a collection, or there are not as many as photos.
    LeakError
        If a group or source photo is in both.
    """
    require_disjoint(train, test)
    known = sorted(set(train_collections) - {""})
    if not known:
        raise DataError("no photo's collection is known; name them in sources.csv, column collection")
    if (len(train_collections), len(test_collections)) != (len(train), len(test)):
        raise DataError("every photo needs a collection; an empty one tells nothing")
    hot = [
        np.array([[name == one for one in known] for name in names], dtype=np.float64)
        for names in (train_collections, test_collections)
    ]
    told = [one.any(axis=1) for one in hot]
    usual = hot[0][told[0]].mean(axis=0)
    for one, known_here in zip(hot, told, strict=True):
        one[~known_here] = usual  # so that not to know says nothing either
    return _classified(hot, train, test)


def mask_baseline(
    train: Sequence[Example], train_masks: ArrayLike, test: Sequence[Example], test_masks: ArrayLike
) -> BaselineResult:
    """Classify photos by the shape of what was masked, seeing no pixel: the grey-box artefact check.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    train_masks, test_masks
        Hidden share of each cell, [n, g, g].

    Raises
    ------
    LeakError
        If a group or source photo is in both.
    """
    require_disjoint(train, test)
    flat = [np.asarray(masks, dtype=np.float64) for masks in (train_masks, test_masks)]
    flat = [masks.reshape(len(masks), -1) for masks in flat]
    return _classified(flat, train, test)


def _classified(
    features: Sequence[Floats], train: Sequence[Example], test: Sequence[Example]
) -> BaselineResult:
    labels = [[example.label for example in role] for role in (train, test)]
    return classify(features[0], labels[0], features[1], labels[1], [example.group for example in test])


def _seen(example: Example, on_photo: Callable[[], object]) -> Floats:
    found = cues(example)
    on_photo()
    return found


def cues(example: Example) -> Floats:
    """Return the `CUES` of one photo, float64 [9]."""
    data = read_bytes(example.path)
    image = decode(data, example.path)
    pixels = np.asarray(image, dtype=np.float64) / 255
    area = image.width * image.height
    logs = np.log([image.width, image.height, len(data)])
    return np.array([*logs, 8 * len(data) / area, _quantisation(data), *pixels.mean((0, 1)), pixels.std()])


def _quantisation(data: bytes) -> float:
    """Return the mean of a JPEG's quantisation tables (coarser is larger), 0 for other formats."""
    tables = getattr(Image.open(io.BytesIO(data)), "quantization", None) or {}
    return float(np.mean([value for table in tables.values() for value in table])) if tables else 0.0
