"""The order in which the pixels of a photo are hidden or shown, by an attention map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class PixelOrder:
    """The rank of each pixel of a batch of photos, the most attended first.

    Parameters
    ----------
    rank
        0 for the first pixel, int64 [n, side, side]; pixels outside a photo that is not square are last.
    pixels
        Number of pixels of the square that the photo covers, float [n].
    """

    rank: Tensor
    pixels: Tensor

    def first(self, share: float) -> Tensor:
        """Return 1 for the first `share` of each photo's pixels and 0 for the others, [n, 1, side, side]."""
        count = torch.round(share * self.pixels)
        return (self.rank < count[:, None, None]).float()[:, None]


def pixel_order(maps: NDArray[np.float32], sizes: Sequence[tuple[int, int]], side: int) -> PixelOrder:
    """Return the order of the pixels of each photo in the network's square.

    Parameters
    ----------
    maps
        Attention over each photo, float32 [n, g, g].
    sizes
        (width, height) of each photo in pixels, [n].
    side
        Of the network's input square in pixels.

    Examples
    --------
    >>> attention = np.array([[[0.0, 1.0], [0.0, 0.0]]], dtype=np.float32)
    >>> pixel_order(attention, [(60, 60)], side=2).rank.tolist()
    [[[1, 0], [2, 3]]]
    """
    stretch = [[[max(w, h) / w, 0.0, 0.0], [0.0, max(w, h) / h, 0.0]] for w, h in sizes]
    places = functional.affine_grid(torch.tensor(stretch), [len(maps), 1, side, side], align_corners=False)
    values = functional.grid_sample(
        torch.from_numpy(np.ascontiguousarray(maps))[:, None],
        places,
        padding_mode="border",
        align_corners=False,
    )[:, 0]
    inside = (places.abs() <= 1).all(-1)
    flat = torch.where(inside, values, -torch.inf).flatten(1)
    rank = flat.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    return PixelOrder(rank.reshape(values.shape), inside.flatten(1).sum(1).float())


def moved(photo_map: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return a map [g, g] shifted, mirrored and rotated at random: patches of the same shape elsewhere.

    Examples
    --------
    >>> attention = np.arange(9, dtype=np.float32).reshape(3, 3)
    >>> sorted(moved(attention, np.random.default_rng(0)).ravel().tolist()) == sorted(range(9))
    True
    """
    shifted = np.roll(photo_map, tuple(random.integers(0, photo_map.shape)), axis=(0, 1))
    mirrored = shifted[:, ::-1] if random.random() < 0.5 else shifted
    return np.rot90(mirrored, int(random.integers(0, 4)))
