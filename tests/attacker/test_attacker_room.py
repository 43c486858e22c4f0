"""A cache on a disk that gets short of room."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from attacker import room
from attacker.cache import DiskStore, store
from attacker.errors import DataError

SIZE = 1000


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk of 5,000 bytes, on which four recipes left 1,000 each, the first of them the longest ago."""
    for number, name in enumerate(["oldest", "old", "newer", "newest"]):
        DiskStore(tmp_path).put(f"{name}/ab", np.zeros(SIZE, np.uint8))
        used(tmp_path / name, hours_ago=9 - number)

    def usage(root: Path) -> SimpleNamespace:
        return SimpleNamespace(free=5 * SIZE - SIZE * len(list(root.glob("*/*/*.npy"))))

    monkeypatch.setattr("attacker.room.shutil.disk_usage", usage)
    return tmp_path


def used(folder: Path, hours_ago: float) -> None:
    then = time.time() - 3600 * hours_ago
    os.utime(folder, (then, then))


def left(disk: Path) -> set[str]:
    return {folder.name for folder in disk.iterdir()}


def test_a_disk_with_room_loses_nothing(disk: Path) -> None:
    assert room.make_room(disk, least_free=SIZE) == 0
    assert len(left(disk)) == 4


def test_the_longest_unused_goes_first_and_no_more_than_must(disk: Path) -> None:
    assert room.make_room(disk, least_free=3 * SIZE) == 2
    assert left(disk) == {"newer", "newest"}


def test_what_a_run_may_still_need_stays_however_full_the_disk_is(disk: Path) -> None:
    used(disk / "oldest", hours_ago=0.5)
    assert room.make_room(disk, least_free=9 * SIZE) == 3
    assert left(disk) == {"oldest"}


def test_reading_counts_as_use(disk: Path) -> None:
    assert DiskStore(disk).get("oldest/ab") is not None
    room.make_room(disk, least_free=4 * SIZE)
    assert left(disk) == {"oldest"}


def test_who_opens_a_cache_makes_room(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attacker.room.make_room.__defaults__", (2 * SIZE,))
    store(disk)
    assert left(disk) == {"old", "newer", "newest"}


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("attacker.cache.write_atomically", full)
    with pytest.raises(DataError, match="disk of the cache is full"):
        DiskStore(tmp_path).put("folder/ab", np.zeros(3))
