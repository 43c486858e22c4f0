"""Parts of one picture: photos that show the same, each at another size and place, as crops do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import DisjointSet

from attacker.grid import Floats
from attacker.photos.decoding import threads_for_photos
from attacker.photos.fingerprints import SIDE, Grey, Sketch, descriptors_of

Rows = NDArray[np.intp]
Pairs = tuple[Rows, Rows]

# OpenCV's number of randomised k-d trees, and how many.
_FOREST: dict[str, bool | int | float | str] = {"algorithm": 1, "trees": 4}
_CHECKS, _BLOCK = 24, 2048  # leaves that are looked at for each query; queries at once
_DIRECTIONS, _SAMPLE = 32, 20_000  # of the descriptors, for the search; descriptors that decide on them
_NEIGHBOURS, _CLOSEST = 5, 0.6  # descriptors have length 1
_TURN = 20.0  # degrees: crops are not turned
_STRAY = 0.03 * SIDE  # pixels that a match may lie off
_STRETCH = 0.4  # of the logarithm of a keypoint's size
_SMALLEST = 0.1  # scale
_REFITS, _LEAST_MATCHES = 3, 3
_MATCHING = 0.6  # share of the time that keypoints take to find each other
# Of all pairs of 1,435 photos of sports those above are of one picture or scene; most others are below .3.
_ALIKE = 0.5
_LEAST_SHARED = 0.3  # of the smaller picture
_WINDOW, _LEAST_WINDOW = 1 / 15, 7  # side, as a share of the shorter side of the picture; pixels
_LEAST_DETAIL = 0.4  # of the windows
_FLAT = 3.0  # standard deviation of grey levels below which nothing can be compared


def parts_of_one_picture(
    sketches: Sequence[Sketch], on_progress: Callable[[float], object] = lambda _: None
) -> Pairs:
    """Pair photos that show the same picture, or parts of it that overlap.

    Keypoints that look alike propose a size and a place; the brightness of what both photos would show there
    decides. Rotated and mirrored parts are not recognised.

    Parameters
    ----------
    sketches
        Of all photos; of near copies only one, since the keypoints of many copies match each other alone.
    on_progress
        Called with the share that is done, in [0, 1]; may raise to stop.

    Returns
    -------
    First and second photo of each pair, [m] each; two photos that are joined by others may be no pair.

    Examples
    --------
    >>> from PIL import Image
    >>> from attacker.photos.fingerprints import sketch
    >>> noise = np.random.default_rng(0).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    >>> picture = Image.fromarray(noise).resize((240, 240), Image.Resampling.BICUBIC)
    >>> crop, other = picture.crop((60, 60, 220, 220)), picture.rotate(90)
    >>> [photos.tolist() for photos in parts_of_one_picture([sketch(p) for p in (picture, other, crop)])]
    [[0], [2]]
    """
    if not sketches:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    candidates = list(_candidates(sketches, lambda share: on_progress(_MATCHING * share)))
    groups, pairs = DisjointSet(range(len(sketches))), []
    for number, (first, second, matches) in enumerate(candidates):
        if not groups.connected(first, second) and _show_the_same(sketches[first], sketches[second], matches):
            groups.merge(first, second)
            pairs.append((first, second))
        on_progress(_MATCHING + (1 - _MATCHING) * (number + 1) / len(candidates))
    on_progress(1.0)
    firsts, seconds = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return firsts, seconds


def _candidates(
    sketches: Sequence[Sketch], on_progress: Callable[[float], object]
) -> Iterator[tuple[int, int, Rows]]:
    """Yield two photos with keypoints in common, and which keypoints these are, [m, 2]."""
    counts = [len(sketch.descriptors) for sketch in sketches]
    owner, starts = np.repeat(np.arange(len(sketches)), counts), np.cumsum([0, *counts])
    for photos, matches in _by_photos(owner, _upright(sketches, *_alike(sketches, on_progress))):
        yield int(photos[0]), int(photos[1]), matches - starts[photos]


def _alike(sketches: Sequence[Sketch], on_progress: Callable[[float], object]) -> Pairs:
    """Pair every keypoint with its nearest neighbours in all photos, as far as they are near."""
    histograms = np.concatenate([sketch.histograms for sketch in sketches])  # [n, 128]
    blocks: list[Rows] = [np.empty((0, 2), dtype=np.intp)]
    if len(histograms) > _NEIGHBOURS:
        short = _shortened(histograms)
        cv2.setRNGSeed(0)  # the trees are random; groups must not be
        index = cv2.flann.Index(short, _FOREST)
        starts = range(0, len(histograms), _BLOCK)
        with ThreadPoolExecutor(threads_for_photos()) as threads:
            for block in threads.map(lambda start: _near(index, short, histograms, start), starts):
                blocks.append(block)
                on_progress(len(blocks) / (len(starts) + 1))
    mine, theirs = np.concatenate(blocks).T
    return mine, theirs


def _shortened(histograms: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return descriptors in their main directions, float32 [n, 32]: that lengthens no distance."""
    step = max(1, len(histograms) // _SAMPLE)
    sample = descriptors_of(histograms[::step])
    directions = np.linalg.eigh(sample.T @ sample)[1][:, -_DIRECTIONS:]  # [128, 32]
    blocks = range(0, len(histograms), _BLOCK)
    return np.concatenate(
        [descriptors_of(histograms[start : start + _BLOCK]) @ directions for start in blocks]
    )


def _near(
    index: cv2.flann.Index, short: NDArray[np.float32], histograms: NDArray[np.uint8], start: int
) -> Rows:
    """Return the close neighbours of a block of descriptors, [m, 2], sought by short ones."""
    neighbours, squares = index.knnSearch(
        short[start : start + _BLOCK], _NEIGHBOURS, params={"checks": _CHECKS}
    )
    rows, columns = np.nonzero(squares < _CLOSEST**2)
    mine, theirs = rows + start, neighbours[rows, columns]
    apart = descriptors_of(histograms[mine]) - descriptors_of(histograms[theirs])
    close = (apart**2).sum(1) < _CLOSEST**2
    return np.stack([mine[close], theirs[close]], axis=1).astype(np.intp)


def _upright(sketches: Sequence[Sketch], mine: Rows, theirs: Rows) -> Rows:
    """Return the matches that are not turned against each other, once each, the earlier photo's first."""
    angles = np.concatenate([sketch.angles for sketch in sketches])
    turned = np.abs((angles[mine] - angles[theirs] + 180) % 360 - 180)
    matches = np.stack([mine, theirs], axis=1)[turned < _TURN]  # [m, 2]
    return np.unique(np.sort(matches, axis=1), axis=0)


def _by_photos(owner: Rows, matches: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield two photos and their matches, where there are enough of them."""
    photos = owner[matches]  # [m, 2]
    order = np.lexsort((photos[:, 1], photos[:, 0]))
    matches, photos = matches[order], photos[order]
    borders = np.flatnonzero((np.diff(photos, axis=0) != 0).any(axis=1)) + 1
    for start, stop in pairwise([0, *borders.tolist(), len(matches)]):
        if stop - start >= _LEAST_MATCHES and photos[start, 0] != photos[start, 1]:
            yield photos[start], matches[start:stop]


def _show_the_same(first: Sketch, second: Sketch, matches: Rows) -> bool:
    placement = _placement(first, second, matches)
    if placement is None:
        return False
    scale, shift = placement
    if scale.prod() > 1:  # the photo that shows less is made smaller
        return likeness(second.grey, first.grey, 1 / scale, -shift / scale) >= _ALIKE
    return likeness(first.grey, second.grey, scale, shift) >= _ALIKE


def _placement(first: Sketch, second: Sketch, matches: Rows) -> tuple[Floats, Floats] | None:
    """Return scale and shift (x, y) between two photos that most matches agree on; None if too few do."""
    here, there = first.places[matches[:, 0]], second.places[matches[:, 1]]
    agree = _most_that_agree(here, there, second.sizes[matches[:, 1]] / first.sizes[matches[:, 0]])
    for _ in range(_REFITS):  # a squeezed crop has two scales: those that agree on one are only some
        placement = _fitted(here[agree], there[agree])
        if placement is None:
            return None
        scale, shift = placement
        agree = np.linalg.norm(scale * here + shift - there, axis=1) < _STRAY * max(1, scale.max())
    return placement


def _most_that_agree(here: Floats, there: Floats, scales: Floats) -> NDArray[np.bool_]:
    """Return which matches agree on size and shift with the match that most others agree with, [m]."""
    shifts = there - scales[:, None] * here  # [m, 2]
    off = np.linalg.norm(scales[:, None, None] * here + shifts[:, None] - there, axis=2)  # [m, m]
    near = off < _STRAY * np.maximum(1, scales)[:, None]
    agree = near & (np.abs(np.log(scales / scales[:, None])) < _STRETCH)
    best: NDArray[np.bool_] = agree[agree.sum(1).argmax()]
    return best


def _fitted(here: Floats, there: Floats) -> tuple[Floats, Floats] | None:
    """Return scale and shift (x, y) by least squares; None where the matches do not determine them."""
    if len(here) < _LEAST_MATCHES:
        return None
    around, about = here - here.mean(0), there - there.mean(0)
    spread = (around**2).sum(0)
    if spread.min() < 1:
        return None
    scale = (around * about).sum(0) / spread
    known = bool(((scale > _SMALLEST) & (scale < 1 / _SMALLEST)).all())
    return (scale, there.mean(0) - scale * here.mean(0)) if known else None


def likeness(larger: Grey, smaller: Grey, scale: Floats, shift: Floats) -> float:
    """Return how alike the details of two pictures are where they overlap.

    Parameters
    ----------
    larger, smaller
        Uint8 [h, w]; the picture that shows more for its size, and the other.
    scale, shift
        From pixels of the larger to pixels of the smaller, (x, y) each.

    Returns
    -------
    In [-1, 1], 0 where the overlap or its details are too little. The mean, over windows in which one of them
    is not flat, of the correlation within the window: otherwise what is bright and large in both would
    outweigh that the rest differs.

    Examples
    --------
    >>> noise = np.random.default_rng(0).integers(0, 256, (60, 60), dtype=np.uint8)
    >>> unscaled = np.ones(2)
    >>> round(likeness(noise, noise[20:, 10:], unscaled, np.array([-10.0, -20.0])), 1)
    1.0
    >>> abs(likeness(noise, noise[::-1], unscaled, np.zeros(2))) < 0.2
    True
    """
    size = smaller.shape[1], smaller.shape[0]
    place = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    blurred = cv2.GaussianBlur(larger, (0, 0), max(0.1, 0.35 / float(scale.min())))
    moved = cv2.warpAffine(blurred, place, size)
    shared = cv2.warpAffine(np.ones_like(larger), place, size, flags=cv2.INTER_NEAREST) > 0
    if shared.sum() < _LEAST_SHARED * min(larger.size * scale.prod(), smaller.size):
        return 0.0
    return _mean_local_correlation(moved, smaller, shared)


def _mean_local_correlation(first: NDArray[Any], second: NDArray[Any], shared: NDArray[np.bool_]) -> float:
    side = max(_LEAST_WINDOW, round(min(first.shape) * _WINDOW))

    def window(values: NDArray[Any]) -> Floats:
        return np.asarray(cv2.blur(values.astype(np.float64), (side, side)))

    inside = window(shared) > 0.999
    a, b = first.astype(np.float64), second.astype(np.float64)
    mean_a, mean_b = window(a), window(b)
    variance_a, variance_b = window(a * a) - mean_a**2, window(b * b) - mean_b**2
    counts = inside & (np.maximum(variance_a, variance_b) > _FLAT**2)
    if counts.sum() < _LEAST_DETAIL * inside.sum() or not counts.any():
        return 0.0  # one logo on white paper shows nothing of what the papers are
    floor = _FLAT**2 / 4
    both = np.sqrt(np.maximum(variance_a, floor) * np.maximum(variance_b, floor))
    local = (window(a * b) - mean_a * mean_b) / both
    return float(local[counts].mean())
