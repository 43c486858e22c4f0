"""A PostgreSQL server of a test's own, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERVER_USER = "postgres"  # a server refuses to run as root


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server with an empty database; yield its DATABASE_URL."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="sweetspot-pg-") as folder:
        data = Path(folder, "data")
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER)
            shutil.chown(data, SERVER_USER)
        _run(programs / "initdb", "-D", data, "-U", SERVER_USER, "-A", "trust", "--no-sync", "-E", "UTF8")
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} -c fsync=off"
        _run(programs / "pg_ctl", "-D", data, "-l", Path(folder, "log"), "-w", "-o", options, "start")
        try:
            yield f"postgres://{SERVER_USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _programs() -> Path:
    """Return the folder of the server's programs; distributions keep them off the path."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in (Path(on_path).parent, *folders) if on_path else folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    assert not os.environ.get("CI"), ".ci/run installs postgresql"
    return pytest.skip("SKIPPED: no PostgreSQL server on this machine; nothing shows the round trip to it")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(program: Path, *arguments: object) -> None:
    as_server = ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"]
    command = [*(as_server if os.geteuid() == 0 else []), str(program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
