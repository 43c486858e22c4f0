"""What only one program may have: the var directory and the port."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.stack.errors import AlreadyRunningError, PortTakenError


@contextmanager
def only_stack_on(var: Path) -> Iterator[None]:
    """Hold the directory's lock; the kernel lets go of it however this process ends."""
    path = var / "run" / "stack.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_message(path, var)) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _message(path: Path, var: Path) -> str:
    holder = path.read_text(encoding="ascii") or "?"
    return (
        f"A stack already runs on {var} (process {holder}). Stop it first,"
        " or set SWEETSPOT_VAR to another directory and choose another --port."
    )


def require_free_port(host: str, port: int) -> None:
    """Raise `PortTakenError` when another program listens on `host`:`port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: TIME_WAIT is no owner
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another port: --port {port + 1}"
            ) from error
