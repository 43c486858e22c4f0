"""Grids of equal cells over a photo, as attention maps and subject maps have them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def overlap(grid: int, start: float, end: float) -> Floats:
    """Return how much of each cell lies between two places along one side of a photo.

    Parameters
    ----------
    grid
        Number of equal cells into which the side is divided.
    start, end
        The two places, as shares of the side in [0, 1].

    Returns
    -------
    Share of each cell that is covered, float64 [grid], in [0, 1].

    Examples
    --------
    >>> overlap(4, 0.125, 0.5).tolist()
    [0.5, 1.0, 0.0, 0.0]
    """
    edges = np.arange(grid + 1) / grid
    parts: Floats = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) * grid
    return parts
