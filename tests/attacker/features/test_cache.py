"""The cache of features: whole files or none, computed again where they are damaged, and never twice."""

from __future__ import annotations

import errno
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attacker import AttackerConfig, Example
from attacker.errors import DataError, PhotoError
from attacker.features import cache, cached_features
from attacker.features.augmentation import MIRRORED, PLAIN, ViewSet
from attacker.features.cache import DiskStore, MemoryStore, write_atomically
from attacker.features.cached_features import Bank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import runtime
from attacker.networks.staged import build
from attacker.photos.decoding import hashes_of
from attacker.training.trained import channels_last
from tests.attacker import planted

KEY = "folder/" + "ab" * 32


@pytest.fixture
def frozen() -> Frozen:
    config = planted.tiny()
    return Frozen(build(config, 3), config.architecture, 3, config.image_size, runtime(config))


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    DiskStore(tmp_path).put(KEY, np.arange(6, dtype=np.float16).reshape(2, 3))
    array = DiskStore(tmp_path).get(KEY)
    assert array is not None
    np.testing.assert_array_equal(array, np.arange(6, dtype=np.float16).reshape(2, 3))


def test_a_file_cut_short_counts_as_absent(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.put(KEY, np.zeros(100))
    (path,) = tmp_path.rglob("*.npy")
    whole = path.read_bytes()
    for length in (0, 20, 300):
        path.write_bytes(whole[:length])
        assert store.get(KEY) is None
        assert KEY not in store


@pytest.mark.parametrize("kept_bytes", [0, 6, 8, 20, 60, 100, 126])
def test_a_file_that_a_power_failure_left_blank_counts_as_absent(kept_bytes: int, tmp_path: Path) -> None:
    """The header ends at byte 128; zeros after its beginning are no Python."""
    store = DiskStore(tmp_path)
    store.put(KEY, np.ones(100))
    (path,) = tmp_path.rglob("*.npy")
    whole = path.read_bytes()
    path.write_bytes(whole[:kept_bytes] + bytes(len(whole) - kept_bytes))
    assert store.get(KEY) is None
    assert KEY not in store


def test_a_file_that_passes_for_an_archive_counts_as_absent(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.put(KEY, np.ones(100))
    (path,) = tmp_path.rglob("*.npy")
    path.write_bytes(b"PK\x03\x04" + path.read_bytes()[4:])
    assert store.get(KEY) is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_full_disk_is_reported_as_such(
    number: int, at_once: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the folder was there, or had to be made first."""
    failures = [OSError(number, "full")] if at_once else [FileNotFoundError(), OSError(number, "full")]

    def fail(*_: object, **__: object) -> None:
        raise failures.pop(0)

    monkeypatch.setattr(cache, "write_atomically", fail)
    with pytest.raises(DataError, match="disk of the cache is full"):
        DiskStore(tmp_path).put(KEY, np.zeros(3))
    assert not failures


@pytest.mark.sampled
@pytest.mark.parametrize(("cut", "base"), [(0, 0), (3, 0), (9, 3)])
def test_damaged_features_are_computed_again(
    cut: int, base: int, frozen: Frozen, training: list[Example], tmp_path: Path
) -> None:
    part, photos, store = replace(frozen, cut=cut, base=base), training[:3], DiskStore(tmp_path)
    whole = bank(part, photos, hashes_of(photos), store).batch([0, 1, 2], [0] * 3)
    for path in tmp_path.rglob("*.npy"):
        path.write_bytes(path.read_bytes()[:-1] if "a" in path.stem[:1] else b"")
    again = bank(part, photos, hashes_of(photos), store).batch([0, 1, 2], [0] * 3)
    assert torch.equal(whole, again)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(tmp_path / "file", fail, durable=False)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_never_sees_half_a_file_of_two_writers(tmp_path: Path) -> None:
    store, broken = DiskStore(tmp_path), []
    store.put(KEY, np.ones(10_000))

    def write() -> None:
        for _ in range(40):
            store.put(KEY, np.ones(10_000))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        array = store.get(KEY)
        broken += [array] if array is None or array.sum() != 10_000 else []
    assert broken == []


@pytest.mark.thorough
def test_features_are_the_networks_own(frozen: Frozen, training: list[Example]) -> None:
    photos = training[:3]
    features = bank(frozen, photos, hashes_of(photos), MemoryStore(), ViewSet("augmented", 2))
    pixels = bank(replace(frozen, cut=0), photos, hashes_of(photos), MemoryStore(), ViewSet("augmented", 2))
    rows, views = [2, 0, 1], [1, 0, 1]
    with torch.no_grad():
        expected = frozen.network.run(pixels.batch(rows, views), 0, 3)
    torch.testing.assert_close(features.batch(rows, views), expected, rtol=2e-3, atol=2e-3)


def test_what_is_cached_is_not_computed_again(
    frozen: Frozen, training: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = training[:3]
    first = bank(frozen, photos, hashes_of(photos), DiskStore(tmp_path))
    monkeypatch.setattr(Frozen, "__call__", lambda *_: pytest.fail("computed again"))
    again = bank(frozen, photos, hashes_of(photos), DiskStore(tmp_path))
    assert torch.equal(first.batch([0, 1, 2], [0] * 3), again.batch([0, 1, 2], [0] * 3))


@pytest.mark.thorough
def test_features_computed_from_cached_maps_are_those_of_the_photos(
    frozen: Frozen, training: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    top = replace(frozen, cut=len(frozen.network.stages) + 1)
    hashes, views, store = hashes_of(training), ViewSet("augmented", 2), MemoryStore()
    direct = bank(top, training, hashes, store, views)
    bank(frozen, training, hashes, store, views)
    monkeypatch.setattr(Frozen, "__call__", None)  # no photo is passed through the lower part again
    continued = bank(replace(top, base=frozen.cut), training, hashes, store, views)
    rows = list(range(len(training)))
    for number in range(views.count):
        numbers = [number] * len(rows)
        torch.testing.assert_close(
            continued.batch(rows, numbers), direct.batch(rows, numbers), rtol=0.02, atol=0.02
        )


def test_other_content_under_the_same_name_is_another_photo(frozen: Frozen, tmp_path: Path) -> None:
    path, store = tmp_path / "photo.png", DiskStore(tmp_path / "cache")
    example = Example(path, 0, "photo", 0, "photo")
    features = []
    for label in (0, 1):
        planted.photo(label, 0).save(path)
        features.append(bank(frozen, [example], hashes_of([example]), store).batch([0], [0]))
    assert not torch.equal(*features)


def test_other_weights_transforms_and_networks_have_other_places_in_the_cache(frozen: Frozen) -> None:
    other = build(planted.tiny(), 3)
    with torch.no_grad():
        next(other.stages[0].parameters()).add_(1e-3)
    names = {
        frozen.namespace(PLAIN),
        frozen.namespace(MIRRORED),
        frozen.namespace(ViewSet("augmented", 4)),
        replace(frozen, cut=2).namespace(PLAIN),
        replace(frozen, image_size=64).namespace(PLAIN),
        replace(frozen, architecture="other").namespace(PLAIN),
        replace(frozen, network=other).namespace(PLAIN),
    }
    assert len(names) == 7
    assert replace(frozen, network=build(planted.tiny(seed=9), 3)).namespace(PLAIN) == frozen.namespace(PLAIN)


def test_a_corrupt_photo_is_named(frozen: Frozen, tmp_path: Path) -> None:
    path = tmp_path / "corrupt.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 no more")
    example = Example(path, 0, "corrupt", 0, "corrupt")
    with pytest.raises(PhotoError, match=r"corrupt\.jpg"):
        bank(frozen, [example], hashes_of([example]), MemoryStore())


def test_a_bank_reads_from_disk_what_memory_has_no_room_for(
    frozen: Frozen, training: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, store = training[:4], DiskStore(tmp_path)
    roomy = bank(frozen, photos, hashes_of(photos), store).batch([0, 1, 2, 3], [0] * 4)
    monkeypatch.setattr(cached_features, "MEMORY_BUDGET", 0)
    tight = bank(frozen, photos, hashes_of(photos), store)
    assert isinstance(tight, Bank)
    assert torch.equal(tight.batch([0, 1, 2, 3], [0] * 4), roomy)


@pytest.mark.thorough
@pytest.mark.parametrize(("cut", "base"), [(9, 0), (9, 3)])
def test_features_do_not_depend_on_what_the_cache_already_held(
    cut: int, base: int, training: list[Example], tmp_path: Path
) -> None:
    """In float32 passes of eight photos and of three round differently: a resumed run would as well."""
    config = AttackerConfig(architecture="efficientnet_lite0", image_size=64, precision="fp32", device="cpu")
    network = channels_last(build(config, 3))
    part = Frozen(network, config.architecture, cut, config.image_size, runtime(config), base)
    photos, rows = training[:40], list(range(40))
    at_once = bank(part, photos, hashes_of(photos), MemoryStore()).batch(rows, [0] * 40)
    for known in (1, 30):
        store = DiskStore(tmp_path / str(known))
        bank(part, photos[:known], hashes_of(photos[:known]), store)
        in_parts = bank(part, photos, hashes_of(photos), store).batch(rows, [0] * 40)
        assert torch.equal(at_once, in_parts)
