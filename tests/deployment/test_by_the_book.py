"""docs/operations.md, "On a server without Docker", followed to the letter up to what a test cannot own.

PostgreSQL, Redis and Caddy are real. `apt-get`, `useradd`, `git clone`, `runuser`, the installation and
`systemctl` are stand-ins, and paths of the system lie below a folder of the test's own.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

import pytest

from tests.config.running import seconds_until
from tests.deployment.test_server_files import needed
from tests.deployment.unit_files import CHECKOUT, environment_of, read_unit
from tests.pipeline.bundle.postgres import running_postgres

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(600)]
PASSWORD = "a-password-of-letters-and-digits-0123456789"
SECRET = "k3Jx-9vQ_2pLmZ7rT0wYbN4cHs8dFgAe1uVoRi6XqPtMnBjW5y"
SYSTEM_PATHS = ("/opt/sweetspot", "/etc/sweetspot.env", "/etc/caddy", "/etc/systemd/system",
                "/var/lib/sweetspot", "/var/backups/sweetspot")  # fmt: skip
HEADING = "## On a server without Docker"
AS_WHOEVER_TESTS = """\
for part; do
    if [ "$part" = sweetspot ]; then part=$(id --user --name); fi
    set -- "${@:2}" "$part"
done
exec /usr/bin/install "$@"
"""
WITH_THE_SETTINGS = """\
set -a; . "${5#EnvironmentFile=}"; cd "$7"; shift 7
exec "$@" --no-input --username ada --email ada@example.org
"""


def blocks() -> list[str]:
    """The blocks of commands below the heading."""
    section = (CHECKOUT / "docs" / "operations.md").read_text().split(HEADING)[1].split("\n## ")[0]
    return [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)]


class Server:
    """A machine whose system paths lie in a folder, with the programs of a test before the real ones."""

    def __init__(self, root: Path, database: str) -> None:
        self.root, self.database = root, urlsplit(database)
        self.programs, self.pids = root / "programs", root / "pids"
        for folder in ("programs", "opt", "etc/caddy", "etc/systemd/system", "var/lib/sweetspot/tmp"):
            (root / folder).mkdir(parents=True)
        (root / "var/backups").mkdir()
        systemctl = [sys.executable, str(CHECKOUT / "tests/deployment/systemctl.py")]
        systemctl += [str(root / "etc/systemd/system"), str(self.pids)]
        for program, line in {
            "systemctl": f'exec {shlex.join(systemctl)} "$@"',
            "apt-get": "true",
            "useradd": "true",
            "python3": "true  # the environment of the tests is there already",
            "pip": "true",
            "git": f'ln -s {CHECKOUT} "$3"',
            "runuser": 'shift 3; exec "${@/--pwprompt/--no-password}"',
            "install": AS_WHOEVER_TESTS,
            "systemd-run": WITH_THE_SETTINGS,
        }.items():
            file = self.programs / program
            file.write_text(f"#!/bin/bash\n{line}\n")
            file.chmod(0o755)

    def here(self, text: str) -> str:
        for path in SYSTEM_PATHS:
            text = text.replace(path, f"{self.root}{path}")
        return text.replace(".venv/bin/pip", "pip")

    def follow(self, block: str) -> None:
        """Run a block of the page."""
        (postgres, *_) = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        environment = {
            "PATH": f"{self.programs}:{postgres}:{os.environ['PATH']}",
            "PGHOST": str(self.database.hostname),
            "PGPORT": str(self.database.port),
            "PGUSER": str(self.database.username),
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        subprocess.run(["bash", "-euxc", self.here(block)], env=environment, check=True, timeout=300)

    def fill_in(self, path: str, changes: dict[str, str]) -> None:
        """Change a file as the page says; what is to be changed must stand there."""
        file = Path(self.here(path))
        text = file.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        file.write_text(self.here(text))

    def log(self, unit: str) -> str:
        return (self.root / f"{unit}.log").read_text()

    def processes(self) -> list[int]:
        return [int(line.split()[1]) for line in self.pids.read_text().splitlines()]


class Https:
    """Asks the site through Caddy, whose own authority is the only one that is trusted."""

    def __init__(self, port: int, authority: Path) -> None:
        self.address = f"https://localhost:{port}"
        trusting = ssl.create_default_context(cafile=str(authority))
        self.opener = build_opener(HTTPSHandler(context=trusting))

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        try:
            with self.opener.open(Request(self.address + path, headers=headers), timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as refusal:
            return refusal.code, dict(refusal.headers), refusal.read()

    def health(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.get("/healthz")[2])
        return answer


@contextmanager
def running_redis(port: int, folder: Path) -> Iterator[None]:
    """A Redis with a password, as the page wants it."""
    settings = folder / "redis.conf"
    settings.write_text(f"port {port}\nbind 127.0.0.1\nrequirepass {PASSWORD}\ndir {folder}\n")
    process = subprocess.Popen([needed("redis-server"), str(settings)], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def running_caddy(server: Server, web: int, port: int) -> Iterator[Https]:
    """Caddy with the page's file, on a port that anybody may open, with a certificate of its own making."""
    folder = server.root / "caddy"
    folder.mkdir()
    environment = {**os.environ, "WEB": f"127.0.0.1:{web}", "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    command = [needed("caddy"), "adapt", "--config", server.here("/etc/caddy/Caddyfile")]
    adapted = json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    adapted["admin"] = {"disabled": True}
    adapted["apps"]["pki"] = {"certificate_authorities": {"local": {"install_trust": False}}}
    adapted["apps"]["http"]["https_port"] = port
    (served,) = adapted["apps"]["http"]["servers"].values()
    served |= {"listen": [f":{port}"], "automatic_https": {"disable_redirects": True}}
    (folder / "config.json").write_text(json.dumps(adapted))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [command[0], "run", "--config", str(folder / "config.json")], env=environment, stderr=log
        )
    authority = folder / "caddy/pki/authorities/local/root.crt"
    try:
        seconds_until(lambda: authority.exists() and authority.stat().st_size > 0, 30)
        yield Https(port, authority)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A machine with nothing but a PostgreSQL; whatever systemctl started there is ended."""
    with running_postgres() as database:
        machine = Server(tmp_path, database)
        yield machine
        for pid in machine.processes() if machine.pids.exists() else []:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def free_ports(count: int) -> list[int]:
    with ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def test_the_page_leads_to_a_site_behind_https_that_works(server: Server) -> None:
    installing, starting = blocks()
    web, redis, https = free_ports(3)
    server.follow(installing)
    for unit in Path(server.here("/etc/systemd/system")).iterdir():
        server.fill_in(f"/etc/systemd/system/{unit.name}", {})
    server.fill_in("/etc/caddy/Caddyfile", {"study.example.org": "localhost"})
    place = f"{server.database.hostname}:{server.database.port}"
    server.fill_in(
        "/etc/sweetspot.env",
        {
            "study.example.org": "localhost",
            "https://localhost": f"https://localhost:{https}",
            "SECRET_KEY=": f"SECRET_KEY={SECRET}\nWEB_BIND=127.0.0.1:{web}",
            "PASSWORD@127.0.0.1:5432": f"{PASSWORD}@{place}",
            "PASSWORD@127.0.0.1:6379": f"{PASSWORD}@127.0.0.1:{redis}",
        },
    )
    with running_redis(redis, server.root), running_caddy(server, web, https) as site:
        server.follow(starting)
        check_pages(site)
        for queue in ("cpu", "gpu"):
            seconds_until(lambda: site.health()[f"queue_{queue}"]["state"] == "ok", 60)  # noqa: B023
        assert {site.health()[part]["state"] for part in ("database", "store", "broker")} == {"ok"}
        check_the_backup(server, site)
        check_orderly_end(server, site)


def check_pages(site: Https) -> None:
    """In production mode, with what the proxy adds believed, and nothing that a client claims."""
    status, headers, page = site.get("/", **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.7"})
    assert status == 200, "a claim to come by plain HTTP would be answered with a redirect"
    assert b"Sweetspot" in page
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    _, headers, _ = site.get("/admin/login/")
    assert "Secure" in headers["Set-Cookie"]
    styles = re.findall(rb'href="(/static/[^"]+\.css)"', page)
    assert styles
    assert [site.get(style.decode())[0] for style in styles] == [200] * len(styles), "they were collected"


def check_the_backup(server: Server, site: Https) -> None:
    unit = read_unit(Path(server.here("/etc/systemd/system")), "sweetspot-backup")
    assert site.health()["backup"]["state"] != "ok"
    (command,) = unit.commands
    subprocess.run(command, env=environment_of(unit), cwd=unit.the("Service", "WorkingDirectory"), check=True)
    seconds_until(lambda: site.health()["backup"]["state"] == "ok", 10)  # an answer is remembered for 3 s


def check_orderly_end(server: Server, site: Https) -> None:
    """Every part ends within the time of its unit; then Caddy says so, and tells its log of nobody."""
    for pid in server.processes():
        os.kill(pid, signal.SIGTERM)
    seconds_until(lambda: not any(map(still_runs, server.processes())), 60)
    status, _, _ = site.get("/s/a-secret-address-of-a-participant/")
    assert status == 502
    log = (server.root / "caddy/log").read_text()
    assert "connection refused" in log
    assert "a-secret-address" not in log


def still_runs(pid: int) -> bool:
    """Whether a process that another one started is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
