"""Arrays on disk, found by the content they were made from, safe for several processes at once."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from attacker.errors import DataError

Array = NDArray[Any]


class Store(Protocol):
    """Arrays by key."""

    def __contains__(self, key: str) -> bool: ...

    def get(self, key: str) -> Array | None: ...

    def put(self, key: str, array: Array) -> None: ...


class MemoryStore:
    """Arrays that last as long as the object."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._arrays

    def get(self, key: str) -> Array | None:
        return self._arrays.get(key)

    def put(self, key: str, array: Array) -> None:
        self._arrays[key] = array.copy()  # from a GPU it came in pinned memory, which is scarce


class DiskStore:
    """Arrays in files, one per key; a reader sees a whole file or none."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __contains__(self, key: str) -> bool:
        return self._path(key).exists()

    def get(self, key: str) -> Array | None:
        try:
            array: Array = np.load(self._path(key), allow_pickle=False)
        except FileNotFoundError:
            return None
        except (ValueError, EOFError):  # cut short by a power failure or a full disk: it will be made again
            self._path(key).unlink(missing_ok=True)
            return None
        return array

    def put(self, key: str, array: Array) -> None:
        try:
            self._write(self._path(key), array)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DataError(
                f"{self._root}: the disk of the cache is full; free some of it, what is cached included"
            ) from error

    def _write(self, path: Path, array: Array) -> None:
        try:
            _save(path, array)
        except FileNotFoundError:  # asked for only then: the folder is nearly always there
            path.parent.mkdir(parents=True, exist_ok=True)
            _save(path, array)

    def _path(self, key: str) -> Path:
        folder, name = key.split("/")
        return self._root / folder / name[:1] / f"{name}.npy"


def store(root: Path | None) -> Store:
    """Return a store on disk, or in memory where no folder is given.

    Raises
    ------
    DataError
        If there can be no such folder.
    """
    if root is None:
        return MemoryStore()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{root}: no folder for a cache ({error.strerror}); give another") from error
    return DiskStore(root)


def _save(path: Path, array: Array) -> None:
    write_atomically(path, lambda file: np.save(file, array, allow_pickle=False), durable=False)


def write_atomically(path: Path, write: Callable[[Any], None], *, durable: bool) -> None:
    """Write a file so that its name never stands for half of it.

    Parameters
    ----------
    path
        The file; its folder exists.
    write
        Takes the open binary file.
    durable
        Also wait until it would survive a power failure.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
