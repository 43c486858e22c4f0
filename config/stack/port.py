"""Is the port free?"""

from __future__ import annotations

import socket

from config.stack.errors import PortTakenError


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
