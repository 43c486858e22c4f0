"""Could a class be told without looking? By the file and its colours, the collection, the mask alone."""

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
    """What a photo's file tells of how it was compressed.

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
    """Classify photos by their file and colours alone.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    files
        By item, what the photo's file was before it was saved anew: JPEG leaves its traces in the pixels.
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
    features = [
        np.stack([_seen(example, files.get(example.item), on_photo) for example in role])
        for role in (train, test)
    ]
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


def _seen(example: Example, file: File | None, on_photo: Callable[[], object]) -> Floats:
    found = cues(example, file)
    on_photo()
    return found


def cues(example: Example, file: File | None = None) -> Floats:
    """Return the `CUES` of one photo, float64 [9]; of another file than its own, where one is given."""
    data = read_bytes(example.path)
    image, known = decode(data, example.path), file or File.of(data)
    pixels = np.asarray(image, dtype=np.float64) / 255
    logs = np.log([image.width, image.height, known.size])
    density = 8 * known.size / (image.width * image.height)
    return np.array([*logs, density, known.quantisation, *pixels.mean((0, 1)), pixels.std()])
