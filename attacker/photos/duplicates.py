"""Near-duplicate photos: found so that no photo is trained on while a copy of it is tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from attacker.errors import DataError
from attacker.photos.fingerprints import Bits, Fingerprint, fingerprints_of_files
from attacker.photos.shared_views import Pairs, parts_of_one_picture

THRESHOLD = 10  # bits

_BLOCK = 512  # photos
_LOOKING = 0.8  # share of the time that goes into the photos one by one


def near_duplicate_groups(
    paths: Sequence[Path],
    *,
    sources: Sequence[str | None] = (),
    threshold: int = THRESHOLD,
    on_progress: Callable[[float], object] = lambda _: None,
) -> list[int]:
    """Cluster photos that show the same scene: resized, recompressed, recoloured, mirrored or cropped copies.

    Parts of one picture that do not overlap, are rotated, or are cropped and mirrored are not recognised:
    name their sources instead.

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
    Cluster of each photo: 0, 1, ... in order of first appearance; chains of duplicates are one cluster.

    Raises
    ------
    PhotoError
        If a file cannot be read; the message names it.
    DataError
        If there are not as many sources as photos.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> across, around = Image.linear_gradient("L"), Image.radial_gradient("L")
    >>> with TemporaryDirectory() as folder:
    ...     paths = [Path(folder) / name for name in ("1.png", "2.jpg", "3.png")]
    ...     for path, picture in zip(paths, (across, across.resize((150, 150)), around)):
    ...         picture.save(path)
    ...     near_duplicate_groups(paths)
    [0, 0, 1]
    """
    _require_a_source_each(sources, len(paths))
    fingerprints = fingerprints_of_files(paths, lambda share: on_progress(_LOOKING * share))
    return group_fingerprints(
        fingerprints,
        sources=sources,
        threshold=threshold,
        on_progress=lambda share: on_progress(_LOOKING + (1 - _LOOKING) * share),
    )


def group_fingerprints(
    fingerprints: Sequence[Fingerprint],
    *,
    sources: Sequence[str | None] = (),
    threshold: int = THRESHOLD,
    on_progress: Callable[[float], object] = lambda _: None,
) -> list[int]:
    """Cluster photos by their fingerprints; parameters and result are those of `near_duplicate_groups`.

    Examples
    --------
    >>> from PIL import Image
    >>> from attacker.photos.fingerprints import fingerprint_of
    >>> across, around = Image.linear_gradient("L"), Image.radial_gradient("L")
    >>> pictures = [across, around, across.resize((150, 150))]
    >>> group_fingerprints([fingerprint_of(picture) for picture in pictures])
    [0, 1, 0]
    """
    _require_a_source_each(sources, len(fingerprints))
    if not fingerprints:
        return []
    hashes = np.stack([fingerprint.hashes for fingerprint in fingerprints])  # [n, 2, 63]
    different = _first_of_each_hash(hashes)
    first, second = parts_of_one_picture([fingerprints[row].sketch for row in different], on_progress)
    parts = different[first], different[second]
    return clusters(len(fingerprints), close_pairs(hashes, threshold), _pairs_of_one_source(sources), parts)


def _require_a_source_each(sources: Sequence[str | None], photos: int) -> None:
    if sources and len(sources) != photos:
        raise DataError(f"{len(sources)} sources for {photos} photos; give each photo one, or None")


def _first_of_each_hash(hashes: Bits) -> NDArray[np.intp]:
    """Return the rows of photos whose hash no earlier photo has: copies are joined by their hash anyway."""
    rows: NDArray[np.intp] = np.sort(np.unique(hashes[:, 0], axis=0, return_index=True)[1])
    return rows


def clusters(count: int, *pairs: Pairs) -> list[int]:
    """Cluster photos: the two of each pair are in one cluster, and so are chains of pairs.

    Parameters
    ----------
    count
        Number of photos.
    pairs
        First and second photo of each pair, [m] each; one such list for each reason to join photos.

    Returns
    -------
    Cluster of each photo, numbered in order of first appearance.

    Examples
    --------
    >>> clusters(4, (np.array([0, 3]), np.array([2, 2])))
    [0, 1, 0, 0]
    """
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    links = coo_matrix((np.ones(len(first), dtype=bool), (first, second)), shape=(count, count))
    _, component = connected_components(links, directed=False)
    _, place, inverse = np.unique(component, return_index=True, return_inverse=True)
    order = np.empty(len(place), dtype=int)
    order[np.argsort(place)] = np.arange(len(place))
    return [int(number) for number in order[inverse]]


def _pairs_of_one_source(sources: Sequence[str | None]) -> Pairs:
    """Pair each photo with the first photo of its source."""
    first_of: dict[str, int] = {}
    pairs = [
        (first_of.setdefault(source, number), number)
        for number, source in enumerate(sources)
        if source is not None
    ]
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return first, second


def close_pairs(hashes: Bits, threshold: int) -> Pairs:
    """Pair photos whose hashes, or one's hash and the other's mirror hash, differ in few bits.

    All photos are compared with all others by matrix products, a block of rows at a time.

    Parameters
    ----------
    hashes
        Bool [n, 2, bits]: of each photo and of its mirror image.
    threshold
        Most bits that may differ.

    Returns
    -------
    First and second photo of each pair, [m] each; every photo is paired with itself too.

    Examples
    --------
    >>> hashes = np.zeros((3, 2, 4), dtype=bool)
    >>> hashes[2, :, :2] = True
    >>> [pair.tolist() for pair in close_pairs(hashes, 1)]
    [[0, 0, 1, 1, 2], [0, 1, 0, 1, 2]]
    """
    signs = np.where(hashes, 1.0, -1.0).astype(np.float32)  # [n, 2, bits]
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
