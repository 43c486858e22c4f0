"""Banks of cached features, or of decoded photos, from which batches are read in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from attacker.errors import DataError
from attacker.features.augmentation import ViewSet
from attacker.features.cache import Array, Store
from attacker.features.extractor import Frozen
from attacker.photos.decoding import DECODING

Recompute = Callable[[str], None]
MEMORY_BUDGET = 2 << 30  # bytes of features or pixels that one bank keeps in memory


class Bank:
    """Features of photos: what a network's frozen part makes of them. `batch` reads any of them back.

    Parameters
    ----------
    frozen
        The frozen part.
    hashes
        Content hash of each photo.
    views
        The views that were computed of each photo.
    store
        Where the features are.
    recompute
        Called with a photo's hash where the store has lost its features; puts them there again.
    """

    def __init__(
        self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store, recompute: Recompute
    ) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self.read = CachedReader(store, frozen.namespace(views), recompute)

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return view ``numbers[i]`` of photo ``rows[i]``; maps in the run's precision, vectors float32."""
        arrays = [self.read(self.hashes[row])[number] for row, number in zip(rows, numbers, strict=True)]
        x = self.frozen.runtime.to_device(np.stack(arrays))
        if x.ndim == 2:
            return x.float()
        x = x.to(self.frozen.runtime.dtype)
        return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x


class PixelBank:
    """Decoded photos for a network that is trained whole; views are rendered as they are read."""

    def __init__(
        self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store, recompute: Recompute
    ) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self.read = CachedReader(store, pixel_namespace(frozen.image_size), recompute)

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return network input, float32 [len(rows), 3, S, S]; see `Bank.batch`."""
        chosen = [(self.hashes[row], number) for row, number in zip(rows, numbers, strict=True)]
        pixels = [self.views.pixels(self.read(key), key, number) for key, number in chosen]
        views = [
            self.views.of(key, number, photo.shape[1:])
            for (key, number), photo in zip(chosen, pixels, strict=True)
        ]
        return self.frozen.inputs(np.stack([self.frozen.square(photo) for photo in pixels]), views)


class CachedReader:
    """Reads a store's arrays and keeps as many in memory as the budget allows."""

    def __init__(self, store: Store, namespace: str, recompute: Recompute) -> None:
        self._store, self._namespace, self._recompute = store, namespace, recompute
        self._in_memory: dict[str, Array] = {}
        self._room = MEMORY_BUDGET

    def __call__(self, photo_hash: str) -> Array:
        if photo_hash in self._in_memory:
            return self._in_memory[photo_hash]
        array = self._stored(photo_hash)
        if array.nbytes <= self._room:
            self._room -= array.nbytes
            self._in_memory[photo_hash] = array
        return array

    def _stored(self, photo_hash: str) -> Array:
        key = f"{self._namespace}/{photo_hash}"
        array = self._store.get(key)
        if array is None:  # its file was damaged, or somebody emptied the cache during the run
            self._recompute(photo_hash)
            array = self._store.get(key)
        if array is None:
            raise DataError(f"{key} cannot be stored in the cache; free some of its disk, or give another")
        return array


def pixel_namespace(image_size: int) -> str:
    """Return the cache folder of decoded photos.

    Examples
    --------
    >>> pixel_namespace(224).endswith("-224")
    True
    """
    return f"pixels-{DECODING}-{image_size}"
