"""An orderly stop of this worker: its main process is asked, and all that it has forked can see it."""

from __future__ import annotations

import mmap

# One byte that a worker's processes share. No lock guards it: a signal may interrupt whoever holds one.
_asked = mmap.mmap(-1, 1)


def ask_to_stop() -> None:
    """Ask the jobs of this worker to be given back at their next step."""
    _asked[0] = 1


def is_stopping() -> bool:
    """Return whether this worker was asked to stop."""
    return _asked[0] == 1
