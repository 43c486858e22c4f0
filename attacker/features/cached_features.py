"""Cached features, or decoded photos, read back in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from attacker.features.augmentation import ViewSet, view_of
from attacker.features.cache import Array, Store
from attacker.features.extractor import Frozen
from attacker.photos.decoding import DECODING

Make = Callable[[str], None]
_MEMORY_BUDGET = 2 << 30  # bytes of features or pixels that one bank keeps in memory


class Bank:
    """What a network's frozen part makes of a list of photos; `batch` reads any of them back.

    Parameters
    ----------
    frozen
        The frozen part.
    hashes
        Content hash of each photo.
    views
        The views that were computed of each.
    store
        Where they are.
    make
        Computes them again for the photo of a hash, where the store has lost them.
    """

    def __init__(
        self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store, make: Make
    ) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self.read = Remembered(store, frozen.namespace(views), make)

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return view ``numbers[i]`` of photo ``rows[i]``; maps in the run's precision, vectors float32."""
        arrays = [self.read(self.hashes[row])[number] for row, number in zip(rows, numbers, strict=True)]
        x = self.frozen.runtime.take(np.stack(arrays))
        if x.ndim == 2:
            return x.float()
        x = x.to(self.frozen.runtime.dtype)
        return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x


class PixelBank:
    """The same for a network that is trained whole: decoded photos, augmented as they are read."""

    def __init__(
        self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store, make: Make
    ) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self.read = Remembered(store, pixel_namespace(frozen.image_size), make)

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return network input, float32 [len(rows), 3, S, S]; see `Bank.batch`."""
        pixels = [self.read(self.hashes[row]) for row in rows]
        views = [
            view_of(self.hashes[row], self.views.kind, number, photo.shape[1:])
            for row, number, photo in zip(rows, numbers, pixels, strict=True)
        ]
        return self.frozen.inputs(np.stack([self.frozen.square(photo) for photo in pixels]), views)


class Remembered:
    """Reads a store's arrays, keeping as many in memory as the budget allows."""

    def __init__(self, store: Store, namespace: str, make: Make) -> None:
        self._store, self._namespace, self._make = store, namespace, make
        self._kept: dict[str, Array] = {}
        self._room = _MEMORY_BUDGET

    def __call__(self, photo_hash: str) -> Array:
        if photo_hash in self._kept:
            return self._kept[photo_hash]
        array = self._stored(photo_hash)
        if array.nbytes <= self._room:
            self._room -= array.nbytes
            self._kept[photo_hash] = array
        return array

    def _stored(self, photo_hash: str) -> Array:
        key = f"{self._namespace}/{photo_hash}"
        array = self._store.get(key)
        if array is None:  # its file was damaged, or somebody emptied the cache during the run
            self._make(photo_hash)
            array = self._store.get(key)
        if array is None:
            raise FileNotFoundError(f"{key} cannot be kept in the cache; is its disk full?")
        return array


def pixel_namespace(image_size: int) -> str:
    """Return the cache folder of decoded photos."""
    return f"pixels-{DECODING}-{image_size}"
