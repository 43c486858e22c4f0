"""A PostgreSQL server of a test's own, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

SERVER_USER = "postgres"  # a server refuses to run as root
READY_WITHIN = 60.0
QUIETLY: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class PostgresServer:
    """A server that can be killed and started again, as whoever looks after it would.

    Attributes
    ----------
    url : its DATABASE_URL
    """

    def __init__(self, folder: Path, durable: bool) -> None:
        port, self._folder, self._programs = _free_port(), folder, _programs()
        self.url = f"postgres://{SERVER_USER}@127.0.0.1:{port}/postgres"
        self._data = folder / "data"
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER)
            shutil.chown(self._data, SERVER_USER)
        trusting = ("-U", SERVER_USER, "-A", "trust", "--no-sync", "-E", "UTF8")
        subprocess.run(self._command("initdb", "-D", self._data, *trusting), check=True, **QUIETLY)
        waits_for_disk = "on" if durable else "off"
        places = (*("-p", port, "-k", folder), *("-c", "listen_addresses=127.0.0.1"))
        self._serve = self._command("postgres", "-D", self._data, *places, "-c", f"fsync={waits_for_disk}")

    def start(self) -> None:
        """Start the server, after a death too, and wait until it answers.

        It refuses to start while children of one that was killed hold its memory, and is started again then.
        """
        self._process = subprocess.Popen(self._serve, **QUIETLY)
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            assert time.monotonic() < until, f"PostgreSQL is not ready within {READY_WITHIN} s"
            time.sleep(0.05)
            if self._process.poll() is not None:
                self._process = subprocess.Popen(self._serve, **QUIETLY)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(60)

    def kill(self) -> None:
        """End the main process at once; its children follow by themselves."""
        self._process.kill()
        self._process.wait()

    def _command(self, program: str, *arguments: object) -> list[str]:
        as_server = ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"]
        return [
            *(as_server if os.geteuid() == 0 else []),
            str(self._programs / program),
            *map(str, arguments),
        ]


@contextmanager
def postgres_server(durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server with an empty database; `durable` waits for the disk, as a server for people must."""
    with tempfile.TemporaryDirectory(prefix="sweetspot-pg-") as folder:
        server = PostgresServer(Path(folder), durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server with an empty database; yield its DATABASE_URL."""
    with postgres_server() as server:
        yield server.url


def _programs() -> Path:
    """Return the folder of the server's programs; distributions keep them off the path."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in (Path(on_path).parent, *folders) if on_path else folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    assert not os.environ.get("CI"), ".ci/run installs postgresql"
    return pytest.skip("SKIPPED: no PostgreSQL server on this machine; nothing shows the round trip to it")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
