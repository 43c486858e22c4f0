"""Which photos are nearly the same, so that none is trained on while its twin is tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from attacker.errors import DataError
from attacker.photos.decoding import decode, read_bytes, threads_for_photos
from attacker.photos.keypoints import Sketch, sketch
from attacker.photos.shared_views import Pairs, parts_of_one_picture

_SIDE, _KEPT = 32, 8
_BLOCK = 512
THRESHOLD = 10
_LOOKING = 0.8  # share of the time that goes into the photos one by one

Bits = NDArray[np.bool_]


def near_duplicate_groups(
    paths: Sequence[Path],
    *,
    sources: Sequence[str | None] = (),
    threshold: int = THRESHOLD,
    on_progress: Callable[[float], object] = lambda _: None,
) -> list[int]:
    """Cluster photos that are the same scene again: resized, recompressed, recoloured, mirrored, cropped.

    Nothing tells of parts of one picture that do not overlap, are turned, or are cropped and mirrored:
    where that may be, say the sources.

    Parameters
    ----------
    paths
        Image files.
    sources
        The source photo of each, None where it is its own; photos of one source are one cluster. Empty: none
        is known.
    threshold
        Most of the hash's 63 bits that two near duplicates may differ in.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Returns
    -------
    list of int
        Cluster of each photo: 0, 1, ... in order of first appearance; chains of duplicates are one cluster.

    Raises
    ------
    PhotoError
        If a file cannot be read; the message names it.
    DataError
        If there are not as many sources as photos.
    """
    if sources and len(sources) != len(paths):
        raise DataError(f"{len(sources)} sources for {len(paths)} photos; give each photo one, or None")
    if not paths:
        return []
    hashes, sketches = [], []
    with ThreadPoolExecutor(threads_for_photos()) as threads:
        for both, found in threads.map(_looked_at, paths):
            hashes.append(both)
            sketches.append(found)
            on_progress(_LOOKING * len(hashes) / len(paths))
    close, different = close_pairs(np.stack(hashes), threshold), _different(np.stack(hashes))
    one, other = parts_of_one_picture(
        [sketches[row] for row in different], lambda share: on_progress(_LOOKING + (1 - _LOOKING) * share)
    )
    parts = different[one], different[other]
    return clusters(len(paths), close, _of_one_source(sources), parts)


def _different(hashes: Bits) -> NDArray[np.intp]:
    """Return the first photo of each hash, in order: the others are its copies, and joined by that."""
    rows: NDArray[np.intp] = np.sort(np.unique(hashes[:, 0], axis=0, return_index=True)[1])
    return rows


def _looked_at(path: Path) -> tuple[Bits, Sketch]:
    image = decode(read_bytes(path), path)
    return np.stack([perceptual_hash(image), perceptual_hash(image, mirrored=True)]), sketch(image)


def perceptual_hash(image: Image.Image, *, mirrored: bool = False) -> Bits:
    """Return which low frequencies of the brightness are above their median.

    Parameters
    ----------
    image
        RGB.
    mirrored
        Of the mirror image.

    Returns
    -------
    ndarray
        Bool [63]: the 8 x 8 lowest frequencies of a 32 x 32 miniature, the mean left out.

    References
    ----------
    Zauner (2010), Implementation and Benchmarking of Perceptual Image Hash Functions (DCT hash).
    """
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    values = np.asarray(grey, dtype=np.float64)
    frequencies = dctn(values[:, ::-1] if mirrored else values, norm="ortho")[:_KEPT, :_KEPT].ravel()[1:]
    bits: Bits = frequencies > np.median(frequencies)
    return bits


def clusters(count: int, *pairs: Pairs) -> list[int]:
    """Join the photos of each pair, and whoever is joined with them.

    Parameters
    ----------
    count
        Photos.
    pairs
        First and second photo of each pair, for each reason to join them.

    Returns
    -------
    list of int
        Cluster of each photo, numbered in order of first appearance.
    """
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    links = coo_matrix((np.ones(len(first), dtype=bool), (first, second)), shape=(count, count))
    _, component = connected_components(links, directed=False)
    _, place, inverse = np.unique(component, return_index=True, return_inverse=True)
    order = np.empty(len(place), dtype=int)
    order[np.argsort(place)] = np.arange(len(place))
    return [int(number) for number in order[inverse]]


def _of_one_source(sources: Sequence[str | None]) -> Pairs:
    """Pair each photo with the first of its source."""
    first: dict[str, int] = {}
    pairs = [
        (first.setdefault(source, number), number)
        for number, source in enumerate(sources)
        if source is not None
    ]
    one, other = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return one, other


def close_pairs(hashes: Bits, threshold: int) -> Pairs:
    """Pair photos whose hashes, or one's hash and the other's mirror hash, differ in few bits.

    All are compared, by matrix products, a block of rows at a time.

    Parameters
    ----------
    hashes
        Bool [n, 2, bits]: of each photo and of its mirror image.
    threshold
        Most bits that may differ.

    Returns
    -------
    tuple of ndarray
        First and second photo of each pair.
    """
    signs = np.where(hashes, 1.0, -1.0).astype(np.float32)
    plain, bits = signs[:, 0], signs.shape[2]
    least = bits - 2 * threshold  # agreements minus disagreements
    rows, columns = [], []
    for start in range(0, len(plain), _BLOCK):
        block = plain[start : start + _BLOCK]
        close = (block @ plain.T >= least) | (block @ signs[:, 1].T >= least)
        row, column = np.nonzero(close)
        rows.append(row + start)
        columns.append(column)
    return np.concatenate(rows), np.concatenate(columns)
