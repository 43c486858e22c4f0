"""Several processes that want the same arrays divide the work: none computes what another is computing."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

POLLED_EVERY = 0.02  # seconds, while others compute what is left
PATIENCE = 60.0  # seconds without anything new, after which what others have taken is computed here as well
_TAKEN = (errno.EACCES, errno.EAGAIN)


class Claims(Protocol):
    """Which names are being computed, and by whom."""

    def take(self, name: str) -> bool:
        """Return whether this process is the one to compute a name now."""
        ...

    def leave(self, name: str) -> None:
        """Give a name back, computed or not."""
        ...


class NoClaims:
    """Nobody else wants anything."""

    def take(self, _name: str) -> bool:
        """Return True; see `Claims.take`."""
        return True

    def leave(self, _name: str) -> None:
        """Do nothing; see `Claims.leave`."""


class ByteLocks:
    """A lock for each name, on a byte of one file; the system frees those of a process that was killed."""

    def __init__(self, file: int) -> None:
        self._file = file

    def take(self, name: str) -> bool:
        """Return whether the lock was free; see `Claims.take`. Without locks on this disk, all are free."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte_of(name))
        except OSError as error:
            return error.errno not in _TAKEN
        return True

    def leave(self, name: str) -> None:
        """Free the lock; see `Claims.leave`."""
        with suppress(OSError):  # there was none, where the disk has no locks
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _byte_of(name))


def _byte_of(name: str) -> int:
    """Return the place of a name's lock; the file stays empty, as locks need no bytes to lie on."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest(), "big")


@contextmanager
def byte_locks(path: Path) -> Iterator[Claims]:
    """Open a file for locks, and free all of this process's when the block ends.

    Where it cannot be made, as on a full disk, all names are free: what is computed twice is the same.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, byte_locks(Path(folder, "work")) as claims:
    ...     claims.take("ab12")
    True
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield NoClaims()
        return
    try:
        yield ByteLocks(file)
    finally:
        os.close(file)


class SharedWork:
    """Names to compute, in chunks, of which another process may take any at any time.

    Parameters
    ----------
    missing
        Names that were not stored when the work began.
    is_stored
        Whether a name is stored by now, by whomever.
    claims
        Who computes what.
    size
        Names in a chunk, at most.
    on_chunk
        Called with the numbers of names done and of all; may raise to stop.
    """

    def __init__(
        self,
        missing: Sequence[str],
        is_stored: Callable[[str], bool],
        claims: Claims,
        size: int,
        on_chunk: Callable[[int, int], None],
    ) -> None:
        self._waiting = list(missing)
        # Where a disk has no locks, processes that begin at different places still share most of the work.
        np.random.default_rng().shuffle(self._waiting)
        self._is_stored, self._claims = is_stored, claims
        self._size, self._on_chunk = size, on_chunk
        self._done, self._all = 0, len(missing)

    def do(self, compute: Callable[[Iterator[list[str]]], None]) -> None:
        """Have every name computed, here or elsewhere, and return when all are stored.

        Parameters
        ----------
        compute
            Computes and stores chunks of names, and calls `done` after each name. A process never waits for
            another while it has names of its own to compute, so that two cannot wait for each other.
        """
        changed = time.monotonic()
        while self._waiting:
            before = len(self._waiting)
            compute(self._chunks(patient=time.monotonic() - changed < PATIENCE))
            self._report()
            if len(self._waiting) < before:
                changed = time.monotonic()
            elif self._waiting:
                time.sleep(POLLED_EVERY)

    def done(self, name: str) -> None:
        """Say that a name is stored."""
        self._claims.leave(name)
        self._done += 1

    def _chunks(self, *, patient: bool) -> Iterator[list[str]]:
        """Yield what is left and free when it is asked for; what another process has taken waits."""
        names, self._waiting = self._waiting, []
        free = (name for name in names if self._is_mine(name, patient=patient))
        while chunk := list(islice(free, self._size)):
            self._report()
            yield chunk

    def _is_mine(self, name: str, *, patient: bool) -> bool:
        if not self._claims.take(name) and patient:
            self._waiting.append(name)
            return False
        if self._is_stored(name):  # asked only now: who had taken it may have stored it before
            self.done(name)
            return False
        return True

    def _report(self) -> None:
        self._on_chunk(self._done, self._all)
