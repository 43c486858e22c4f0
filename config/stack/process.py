"""Processes of the stack: each in its own session, bound to the supervisor, stopped with its descendants."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path

from config.places import CHECKOUT

LARGEST_LOG = 10_000_000  # bytes; a longer log is put aside when its program starts
POLL_SECONDS = 0.05
PR_SET_PDEATHSIG = 1  # prctl(2)

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def launch(
    command: Sequence[str],
    *,
    output: BufferedWriter | None,
    environment: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    niceness: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a program; its output goes to a log, or to this terminal when `output` is None.

    A session of its own keeps the terminal's Ctrl-C away from it: the supervisor stops its children in order.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        cwd=CHECKOUT,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        preexec_fn=bound_to_parent(death_signal, niceness),
    )


def stop(process: subprocess.Popen[bytes], grace_seconds: float, hurry: Callable[[], bool]) -> None:
    """End the program: SIGTERM, then SIGKILL when its time of grace is over or `hurry` says so."""
    process.terminate()
    deadline = time.monotonic() + grace_seconds
    while process.poll() is None and time.monotonic() < deadline and not hurry():
        time.sleep(POLL_SECONDS)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the program's process group, and collect the program itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def open_log(path: Path) -> BufferedWriter:
    """Open a log for appending; one that has grown long is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_lines(log: Path, count: int = 20) -> str:
    """Return the end of a log, for a message to the person at the terminal."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


def die_with_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel to send `death_signal` to this process when its parent dies.

    Linux only. Elsewhere this does nothing: a supervisor that is killed with SIGKILL leaves its children
    running, and docs/operations.md says how to end them.
    """
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
