"""Whether the other end of a connection has said anything, its own end included."""

from __future__ import annotations

import select


def is_silent(file_number: int) -> bool:
    """Return whether a socket is open and has nothing to be read; of one that was closed the end can be read.

    Examples
    --------
    >>> import socket
    >>> here, there = socket.socketpair()
    >>> is_silent(here.fileno())
    True
    >>> there.close()
    >>> is_silent(here.fileno())
    False
    """
    poll = select.poll()
    poll.register(file_number, select.POLLIN)
    return not poll.poll(0)
