"""A child that ends when its parent does, even when the parent had no time to say so.

Linux only: the kernel sends the signal (prctl(2), PR_SET_PDEATHSIG). Elsewhere this does nothing: there a
supervisor killed with SIGKILL leaves its children behind, and docs/operations.md says how to end them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel to send `death_signal` to this process when its parent dies."""
    if _libc is None:
        return
    if _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def bound_to_parent(death_signal: signal.Signals, niceness: int) -> Callable[[], None]:
    """Return what a new child runs before its program: a function for `subprocess.Popen(preexec_fn=)`."""
    parent = os.getpid()

    def before_exec() -> None:
        die_with_parent(death_signal)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)
        os.nice(niceness)

    return before_exec
