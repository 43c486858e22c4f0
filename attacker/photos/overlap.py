"""Do two pictures show the same where one is laid over the other?"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from attacker.photos.keypoints import Floats, Grey

_LEAST_SHARED = 0.3  # of the smaller picture
_WINDOW, _LEAST_WINDOW = 1 / 15, 7  # side, as a share of the shorter one of the picture; pixels
_LEAST_DETAIL = 0.4  # of the windows
_FLAT = 3.0  # standard deviation of grey levels below which nothing can be compared


def likeness(larger: Grey, smaller: Grey, scale: Floats, shift: Floats) -> float:
    """Return how alike the details of two pictures are where they overlap.

    Parameters
    ----------
    larger, smaller
        Uint8 [h, w]; the one that shows more for its size, and the other.
    scale, shift
        x and y, from the larger to the smaller: of its pixels, and in the smaller's.

    Returns
    -------
    float
        In [-1, 1], 0 where the overlap or its details are too little. The mean, over windows in which one of
        them is not flat, of the correlation within the window: what is bright and large in both would else
        outweigh that the rest differs.
    """
    size = smaller.shape[1], smaller.shape[0]
    place = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    blurred = cv2.GaussianBlur(larger, (0, 0), max(0.1, 0.35 / float(scale.min())))
    moved = cv2.warpAffine(blurred, place, size)
    shared = cv2.warpAffine(np.ones_like(larger), place, size, flags=cv2.INTER_NEAREST) > 0
    if shared.sum() < _LEAST_SHARED * min(larger.size * scale.prod(), smaller.size):
        return 0.0
    return _mean_local_correlation(moved, smaller, shared)


def _mean_local_correlation(one: NDArray[Any], other: NDArray[Any], shared: NDArray[np.bool_]) -> float:
    side = max(_LEAST_WINDOW, round(min(one.shape) * _WINDOW))

    def window(values: NDArray[Any]) -> Floats:
        return np.asarray(cv2.blur(values.astype(np.float64), (side, side)))

    inside = window(shared) > 0.999
    a, b = one.astype(np.float64), other.astype(np.float64)
    mean_a, mean_b = window(a), window(b)
    variance_a, variance_b = window(a * a) - mean_a**2, window(b * b) - mean_b**2
    counts = inside & (np.maximum(variance_a, variance_b) > _FLAT**2)
    if counts.sum() < _LEAST_DETAIL * inside.sum() or not counts.any():
        return 0.0  # one logo on white paper shows nothing of what the papers are
    floor = _FLAT**2 / 4
    both = np.sqrt(np.maximum(variance_a, floor) * np.maximum(variance_b, floor))
    local = (window(a * b) - mean_a * mean_b) / both
    return float(local[counts].mean())
