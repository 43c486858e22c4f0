"""Photos through the frozen part of a network, once: cached by content, read back in any order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attacker.architectures import StagedNetwork
from attacker.cache import Array, Store
from attacker.devices import Runtime
from attacker.errors import PhotoError
from attacker.example import Example
from attacker.photos import DECODING, content_hash, decode, fit, read_bytes
from attacker.views import AUGMENTATION, PLAIN, View, ViewSet, render, square, view_of

_VIEWS_PER_BATCH = 32
_MEMORY_BUDGET = 2 << 30  # bytes of features or pixels that one bank keeps in memory


def _quiet(_done: int, _total: int) -> None:
    return None


@dataclass(frozen=True)
class Frozen:
    """The part of a network below stage `cut`, as a function of photos.

    Parameters
    ----------
    network
        The whole network.
    architecture
        Its name, for the cache key: weights alone do not tell the layers between them.
    cut
        First stage that is not in it; 0 leaves the pixels, one past the last stage takes in the neck.
    image_size
        Side of the input square in pixels.
    runtime
        Device and precision.
    base
        Stage from whose cached input the rest is computed; 0 starts at the pixels.
    """

    network: StagedNetwork
    architecture: str
    cut: int
    image_size: int
    runtime: Runtime
    base: int = 0

    def namespace(self, views: ViewSet) -> str:
        """Return the cache folder: everything besides the photo that decides the values."""
        facts = [DECODING, AUGMENTATION, views.kind, self.architecture, self.image_size, self.cut]
        facts += [self.runtime.precision, self.runtime.device.type, self.network.lower_fingerprint(self.cut)]
        facts += [self.base]  # what was rounded on its way through the cache is not quite the same
        facts += (
            self.network.get_buffer("mean").flatten().tolist()
            + self.network.get_buffer("std").flatten().tolist()
        )
        return f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]}-{views.name}"

    def __call__(self, squares: NDArray[np.uint8], views: Sequence[View]) -> NDArray[np.float16]:
        """Return features, float16 [n, ...], of one view of each photo [n, 3, S, S]."""
        with torch.inference_mode(), self.runtime.autocast():
            return self._upwards(self.inputs(squares, views), 0)

    def from_base(self, maps: NDArray[np.float16]) -> NDArray[np.float16]:
        """Return features, float16 [n, ...], of what stage `base` takes in, float16 [n, ...]."""
        with torch.inference_mode(), self.runtime.autocast():
            x = torch.from_numpy(maps).to(self.runtime.device, self.runtime.dtype)
            return self._upwards(
                x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x, self.base
            )

    def _upwards(self, x: Tensor, start: int) -> NDArray[np.float16]:
        x = self.network.run(x, start, min(self.cut, len(self.network.stages)))
        x = self.network.neck(x) if self.cut > len(self.network.stages) else x
        result: NDArray[np.float16] = x.to(torch.float16).contiguous().cpu().numpy()
        return result

    def below(self) -> Frozen:
        """Return the part up to `base`, whose cached output this one starts from."""
        return replace(self, cut=self.base, base=0)

    def inputs(self, squares: NDArray[np.uint8], views: Sequence[View]) -> Tensor:
        """Return normalised network input, float32 [n, 3, S, S], channels last."""
        pixels = torch.from_numpy(squares).to(self.runtime.device)
        fill = self.network.get_buffer("mean")
        x = self.network.normalise(render(pixels, views, fill))
        return x.contiguous(memory_format=torch.channels_last)

    def square(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return square(pixels, self.image_size, self.network.get_buffer("mean").flatten().tolist())


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
    """

    def __init__(self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self._read = _Remembered(store, frozen.namespace(views))

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return view ``numbers[i]`` of photo ``rows[i]``; maps in the run's precision, vectors float32."""
        arrays = [self._read(self.hashes[row])[number] for row, number in zip(rows, numbers, strict=True)]
        x = torch.from_numpy(np.stack(arrays)).to(self.frozen.runtime.device)
        if x.ndim == 2:
            return x.float()
        x = x.to(self.frozen.runtime.dtype)
        return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x


class PixelBank:
    """The same for a network that is trained whole: decoded photos, augmented as they are read."""

    def __init__(self, frozen: Frozen, hashes: Sequence[str], views: ViewSet, store: Store) -> None:
        self.frozen, self.hashes, self.views = frozen, tuple(hashes), views
        self._read = _Remembered(store, _pixel_namespace(frozen.image_size))

    def __len__(self) -> int:
        return len(self.hashes)

    def batch(self, rows: Sequence[int], numbers: Sequence[int]) -> Tensor:
        """Return network input, float32 [len(rows), 3, S, S]; see `Bank.batch`."""
        pixels = [self._read(self.hashes[row]) for row in rows]
        views = [
            view_of(self.hashes[row], self.views.kind, number, photo.shape[1:])
            for row, number, photo in zip(rows, numbers, pixels, strict=True)
        ]
        return self.frozen.inputs(np.stack([self.frozen.square(photo) for photo in pixels]), views)


class _Remembered:
    """Reads a store's arrays, keeping as many in memory as the budget allows."""

    def __init__(self, store: Store, namespace: str) -> None:
        self._store, self._namespace = store, namespace
        self._kept: dict[str, Array] = {}
        self._room = _MEMORY_BUDGET

    def __call__(self, photo_hash: str) -> Array:
        if photo_hash in self._kept:
            return self._kept[photo_hash]
        array = self._store.get(f"{self._namespace}/{photo_hash}")
        if array is None:
            raise FileNotFoundError(
                f"features of photo {photo_hash[:12]} left the cache during the run; start it again"
            )
        if array.nbytes <= self._room:
            self._room -= array.nbytes
            self._kept[photo_hash] = array
        return array


def hashes_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """Return the content hash of each example's file."""
    return tuple(content_hash(read_bytes(example.path)) for example in examples)


def bank(
    frozen: Frozen,
    examples: Sequence[Example],
    hashes: Sequence[str],
    store: Store,
    views: ViewSet = PLAIN,
    on_batch: Callable[[int, int], None] = _quiet,
) -> Bank | PixelBank:
    """Compute what the store lacks and return access to all of it.

    Parameters
    ----------
    frozen
        The frozen part of the network.
    examples, hashes
        The photos and their content hashes.
    store
        Cache.
    views
        Views per photo.
    on_batch
        Called with photos done and photos to do; may raise to stop, what is done stays cached.

    Raises
    ------
    PhotoError
        If a photo cannot be read.
    """
    if frozen.cut == 0:
        _fill_pixels(frozen.image_size, examples, hashes, store, on_batch)
        return PixelBank(frozen, hashes, views, store)
    if frozen.base:
        _fill_features(frozen.below(), examples, hashes, store, views, on_batch)
        _fill_from_base(frozen, hashes, store, views, on_batch)
    else:
        _fill_features(frozen, examples, hashes, store, views, on_batch)
    return Bank(frozen, hashes, views, store)


def _pixel_namespace(image_size: int) -> str:
    return f"pixels-{DECODING}-{image_size}"


def _missing(
    namespace: str, examples: Sequence[Example], hashes: Sequence[str], store: Store
) -> list[tuple[str, Example]]:
    photos = dict(zip(hashes, examples, strict=True))
    return [(key, example) for key, example in photos.items() if f"{namespace}/{key}" not in store]


def _fill_pixels(
    image_size: int,
    examples: Sequence[Example],
    hashes: Sequence[str],
    store: Store,
    on_batch: Callable[[int, int], None],
) -> None:
    missing = _missing(_pixel_namespace(image_size), examples, hashes, store)
    done = 0
    for chunk in _decoded_ahead(missing, image_size, _VIEWS_PER_BATCH):
        on_batch(done, len(missing))
        for key, pixels in chunk:
            store.put(f"{_pixel_namespace(image_size)}/{key}", pixels)
        done += len(chunk)


def _fill_features(
    frozen: Frozen,
    examples: Sequence[Example],
    hashes: Sequence[str],
    store: Store,
    views: ViewSet,
    on_batch: Callable[[int, int], None],
) -> None:
    namespace = frozen.namespace(views)
    missing = _missing(namespace, examples, hashes, store)
    done = 0
    for chunk in _decoded_ahead(missing, frozen.image_size, max(1, _VIEWS_PER_BATCH // views.count)):
        on_batch(done, len(missing))
        for (key, _), array in zip(chunk, _features(frozen, chunk, views), strict=True):
            store.put(f"{namespace}/{key}", array)
        done += len(chunk)


def _fill_from_base(
    frozen: Frozen, hashes: Sequence[str], store: Store, views: ViewSet, on_batch: Callable[[int, int], None]
) -> None:
    """Go on from cached maps: the photos are not looked at again."""
    here, below = frozen.namespace(views), _Remembered(store, frozen.below().namespace(views))
    missing = [key for key in dict.fromkeys(hashes) if f"{here}/{key}" not in store]
    size = max(1, _VIEWS_PER_BATCH // views.count)
    for start in range(0, len(missing), size):
        on_batch(start, len(missing))
        keys = missing[start : start + size]
        features = frozen.from_base(np.concatenate([below(key) for key in keys]))
        for key, array in zip(
            keys, features.reshape(len(keys), views.count, *features.shape[1:]), strict=True
        ):
            store.put(f"{here}/{key}", array)


def _features(frozen: Frozen, photos: Sequence[tuple[str, Array]], views: ViewSet) -> NDArray[np.float16]:
    """Return features of every view of every photo, float16 [photos, views, ...]."""
    squares = np.repeat(np.stack([frozen.square(pixels) for _, pixels in photos]), views.count, axis=0)
    chosen = [
        view_of(key, views.kind, n, pixels.shape[1:]) for key, pixels in photos for n in range(views.count)
    ]
    features = frozen(squares, chosen)
    return features.reshape(len(photos), views.count, *features.shape[1:])


def _decoded_ahead(
    photos: Sequence[tuple[str, Example]], side: int, size: int
) -> Iterator[list[tuple[str, Array]]]:
    """Yield decoded photos in chunks, decoding the next chunk while the last one is used."""

    def decoded(photo: tuple[str, Example]) -> tuple[str, Array]:
        key, example = photo
        data = read_bytes(example.path)
        if content_hash(data) != key:
            raise PhotoError(f"{example.path}: changed while it was read; leave photos alone during a run")
        return key, fit(decode(data, example.path), side)

    chunks = (list(islice(photos, start, start + size)) for start in range(0, len(photos), size))
    with ThreadPoolExecutor(max_workers=1) as worker:
        ahead = None
        for chunk in chunks:
            coming = worker.submit(lambda photos: [decoded(photo) for photo in photos], chunk)
            if ahead is not None:
                yield ahead.result()
            ahead = coming
        if ahead is not None:
            yield ahead.result()
