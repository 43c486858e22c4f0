"""In which order the pixels of a photo are hidden or shown, by a map over it."""

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
    """The place of each pixel of a batch, the most attended first.

    Parameters
    ----------
    rank
        0 for the first pixel, int64 [n, side, side]; pixels beside a photo that is no square come last.
    pixels
        How many pixels of the square the photo covers, float [n].
    """

    rank: Tensor
    pixels: Tensor

    def first(self, share: float) -> Tensor:
        """Return 1 for the first `share` of each photo's own pixels, else 0, float [n, 1, side, side]."""
        count = torch.round(share * self.pixels)
        return (self.rank < count[:, None, None]).float()[:, None]


def pixel_order(maps: NDArray[np.float32], sizes: Sequence[tuple[int, int]], side: int) -> PixelOrder:
    """Order the pixels of each photo inside its square.

    Parameters
    ----------
    maps
        [n, g, g] over each photo's extent.
    sizes
        (width, height) of each photo in pixels.
    side
        Of the network's input square.
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


def turned(one: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return the map shifted, mirrored and turned at random: patches of the same shape elsewhere."""
    shifted = np.roll(one, tuple(random.integers(0, one.shape)), axis=(0, 1))
    mirrored = shifted[:, ::-1] if random.random() < 0.5 else shifted
    return np.rot90(mirrored, int(random.integers(0, 4)))
