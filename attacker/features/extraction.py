"""Features of photos by the frozen part of a network: what the cache lacks is computed and stored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from attacker.errors import PhotoError
from attacker.example import Example
from attacker.features.augmentation import PLAIN, ViewSet
from attacker.features.cache import Array, Store
from attacker.features.cached_features import Bank, PixelBank, pixel_namespace
from attacker.features.extractor import Frozen
from attacker.features.shared_work import NoClaims, SharedWork
from attacker.photos.decoding import content_hash, decode, fit, read_bytes

Photo = TypeVar("Photo")
PhotosByHash = dict[str, Example]
OnBatch = Callable[[int, int], None]
_PHOTOS_PER_CHUNK = 32
_MOST_DECODERS = 8


def _ignore(_done: int, _total: int) -> None:
    """Take a report of progress and do nothing with it."""


def bank(
    frozen: Frozen,
    examples: Sequence[Example],
    hashes: Sequence[str],
    store: Store,
    views: ViewSet = PLAIN,
    on_batch: OnBatch = _ignore,
) -> Bank | PixelBank:
    """Compute the features that the store lacks and return access to all of them.

    Parameters
    ----------
    frozen
        The frozen part of the network. If it is nothing (`cut` 0), decoded photos take the place of features.
    examples, hashes
        The photos and their content hashes, of equal length.
    store
        Cache.
    views
        Views per photo.
    on_batch
        Called with the number of photos done and of photos to do; may raise to stop, and what is done stays
        cached.

    Raises
    ------
    PhotoError
        If a photo cannot be read, or has changed since it was hashed; the message names it.
    DataError
        If the disk of the cache is full.
    """
    photos = dict(zip(hashes, examples, strict=True))
    fill = _fill_pixels if frozen.cut == 0 else _fill_from_base if frozen.base else _fill_features
    fill(frozen, photos, store, views, on_batch)
    kind = PixelBank if frozen.cut == 0 else Bank
    return kind(
        frozen, hashes, views, store, lambda key: fill(frozen, {key: photos[key]}, store, views, _ignore)
    )


@contextmanager
def _work(
    namespace: str, photos: PhotosByHash, store: Store, size: int, on_batch: OnBatch
) -> Iterator[SharedWork]:
    """Yield the work on features that the store lacks, which other processes may want as well."""

    def is_stored(key: str) -> bool:
        return f"{namespace}/{key}" in store

    missing = [key for key in photos if not is_stored(key)]
    with store.claims(namespace) if missing else nullcontext(NoClaims()) as claims:
        yield SharedWork(missing, is_stored, claims, size, on_batch)


def _fill_pixels(
    frozen: Frozen, photos: PhotosByHash, store: Store, _views: ViewSet, on_batch: OnBatch
) -> None:
    namespace = pixel_namespace(frozen.image_size)

    def decode_all(chunks: Iterator[list[str]]) -> None:
        for chunk in _prefetched(chunks, photos, frozen.image_size):
            for key, pixels in chunk:
                store.put(f"{namespace}/{key}", pixels)
                work.done(key)

    with _work(namespace, photos, store, _PHOTOS_PER_CHUNK, on_batch) as work:
        work.do(decode_all)


def _fill_features(
    frozen: Frozen, photos: PhotosByHash, store: Store, views: ViewSet, on_batch: OnBatch
) -> None:
    namespace, size = frozen.namespace(views), frozen.runtime.photos_at_once(views.count)

    def embed(chunks: Iterator[list[str]]) -> None:
        for chunk in _prefetched(chunks, photos, frozen.image_size):
            features = _features(frozen, _padded(chunk, size), views)
            for (key, _), array in zip(chunk, features, strict=False):
                store.put(f"{namespace}/{key}", array)
                work.done(key)

    with _work(namespace, photos, store, size, on_batch) as work:
        work.do(embed)


def _fill_from_base(
    frozen: Frozen, photos: PhotosByHash, store: Store, views: ViewSet, on_batch: OnBatch
) -> None:
    """Compute features from the cached maps of a lower stage, without reading the photos again."""
    below = bank(frozen.below(), list(photos.values()), list(photos), store, views, on_batch)
    namespace, size = frozen.namespace(views), frozen.runtime.photos_at_once(views.count)

    def continue_all(chunks: Iterator[list[str]]) -> None:
        for keys in chunks:
            features = frozen.from_base(np.concatenate([below.read(key) for key in _padded(keys, size)]))
            each = features.reshape(size, views.count, *features.shape[1:])
            for key, array in zip(keys, each, strict=False):
                store.put(f"{namespace}/{key}", array)
                work.done(key)

    with _work(namespace, photos, store, size, on_batch) as work:
        work.do(continue_all)


def _padded(chunk: Sequence[Photo], size: int) -> list[Photo]:
    """Repeat the last photo of a chunk until the chunk is full.

    Kernels, and so rounding, depend on the size of a batch. With smaller last batches, features would depend
    on what the cache already held, and a resumed run would differ.
    """
    return [*chunk, *[chunk[-1]] * (size - len(chunk))]


def _features(frozen: Frozen, photos: Sequence[tuple[str, Array]], views: ViewSet) -> NDArray[np.float16]:
    """Return features of every view of every photo, float16 [photos, views, ...]."""
    shown = [(key, pixels, number) for key, pixels in photos for number in range(views.count)]
    squares = np.stack([frozen.square(views.pixels(pixels, key, number)) for key, pixels, number in shown])
    features = frozen(squares, [views.of(key, number, pixels.shape[1:]) for key, pixels, number in shown])
    return features.reshape(len(photos), views.count, *features.shape[1:])


def _decoded(key: str, example: Example, side: int) -> tuple[str, Array]:
    data = read_bytes(example.path)
    if content_hash(data) != key:
        raise PhotoError(f"{example.path}: changed while it was read; leave photos alone during a run")
    return key, fit(decode(data, example.path), side)


def _prefetched(
    chunks: Iterator[list[str]], photos: PhotosByHash, side: int
) -> Iterator[list[tuple[str, Array]]]:
    """Yield decoded photos in chunks; the next chunk is decoded while the last one is used."""
    decoders = min(_MOST_DECODERS, max(1, (os.cpu_count() or 1) // 2))  # the network needs the other cores
    with ThreadPoolExecutor(max_workers=decoders) as workers:
        ahead: list[Future[tuple[str, Array]]] = []
        for chunk in chunks:
            coming = [workers.submit(_decoded, key, photos[key], side) for key in chunk]
            if ahead:
                yield [photo.result() for photo in ahead]
            ahead = coming
        if ahead:
            yield [photo.result() for photo in ahead]
