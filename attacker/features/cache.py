"""A cache of arrays on disk, keyed by the content they were computed from; safe for several processes."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tokenize import TokenError
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from attacker.errors import DataError
from attacker.features.shared_work import Claims, NoClaims, byte_locks

Array = NDArray[Any]
_DAMAGED = (ValueError, EOFError, SyntaxError, TokenError)  # numpy reads a file's header as Python


class Store(Protocol):
    """Arrays by key, which is ``folder/name``."""

    def __contains__(self, key: str) -> bool: ...

    def get(self, key: str) -> Array | None:
        """Return the array of a key, None where there is none."""
        ...

    def put(self, key: str, array: Array) -> None:
        """Store an array under a key.

        Raises
        ------
        DataError
            If the disk is full.
        """
        ...

    def claims(self, folder: str) -> AbstractContextManager[Claims]:
        """Return claims on names of a folder, against other processes that compute for this store."""
        ...


class MemoryStore:
    """Arrays that last as long as the object."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._arrays

    def get(self, key: str) -> Array | None:
        """Return the array of a key; see `Store.get`."""
        return self._arrays.get(key)

    def put(self, key: str, array: Array) -> None:
        """Store an array; see `Store.put`."""
        self._arrays[key] = array.copy()  # from a GPU it came in pinned memory, which is scarce

    def claims(self, _folder: str) -> AbstractContextManager[Claims]:
        """Return claims that nobody disputes; see `Store.claims`."""
        return nullcontext(NoClaims())


class DiskStore:
    """Arrays in files, one per key; a reader sees a whole file or none."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __contains__(self, key: str) -> bool:
        return self._path(key).exists()

    def get(self, key: str) -> Array | None:
        """Return the array of a key; a damaged file counts as absent, and is removed."""
        try:
            with self._path(key).open("rb") as file:
                array: Array = np.lib.format.read_array(file, allow_pickle=False)
        except FileNotFoundError:
            return None
        except _DAMAGED:  # cut short, or blank, by a power failure or a full disk: it is computed again
            self._path(key).unlink(missing_ok=True)
            return None
        return array

    def put(self, key: str, array: Array) -> None:
        """Store an array; see `Store.put`."""
        try:
            self._write(self._path(key), array)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DataError(
                f"{self._root}: the disk of the cache is full; free some of it, what is cached included"
            ) from error

    def claims(self, folder: str) -> AbstractContextManager[Claims]:
        """Return claims by locks of the system; see `Store.claims`."""
        return byte_locks(self._root / folder / "work.lock")

    def _write(self, path: Path, array: Array) -> None:
        try:
            _save(path, array)
        except FileNotFoundError:  # made only then, because the folder is nearly always there
            path.parent.mkdir(parents=True, exist_ok=True)
            _save(path, array)

    def _path(self, key: str) -> Path:
        folder, name = key.split("/")
        return self._root / folder / name[:1] / f"{name}.npy"


def store(root: Path | None) -> Store:
    """Return a store on disk, or in memory where no folder is given.

    Parameters
    ----------
    root
        Folder of the cache; it is created where it does not exist.

    Raises
    ------
    DataError
        If the folder cannot be created.

    Examples
    --------
    >>> arrays = store(None)
    >>> arrays.put("features/ab12", np.arange(3))
    >>> "features/ab12" in arrays, arrays.get("features/ab12").tolist()
    (True, [0, 1, 2])
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
    """Write a file so that readers see all of it or nothing.

    Parameters
    ----------
    path
        The file; its folder exists.
    write
        Called with the open binary file.
    durable
        Whether to wait until the file would survive a power failure.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "notes", lambda file: file.write(b"done"), durable=False)
    ...     (Path(folder) / "notes").read_bytes()
    b'done'
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
    """Wait until the folder's new entry would survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
