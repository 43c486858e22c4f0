"""A site as an earlier release left it: its database, its files, and what that release said of them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(__file__).parent / "releases"


@dataclass(frozen=True)
class Release:
    """What was kept of a release, in a folder that is named by its version."""

    folder: Path

    @property
    def version(self) -> str:
        return self.folder.name

    def expected(self) -> dict[str, Any]:
        """What the release itself said: results, sessions and jobs that the tests ask about."""
        stored: dict[str, Any] = json.loads((self.folder / "expected.json").read_text())
        return stored

    def trials(self) -> str:
        """The table of trials that the release exported."""
        return gzip.decompress((self.folder / "trials.csv.gz").read_bytes()).decode()

    def lay_out(self, var: Path, database: str = "") -> None:
        """Put its files and its rows where a site has them: in SQLite, or in an empty PostgreSQL database."""
        with tarfile.open(self.folder / "media.tar.gz") as files:
            files.extractall(var, filter="data")
        if database:
            statements = gzip.decompress((self.folder / "postgresql.sql.gz").read_bytes())
            psql = [program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", client_address(database)]
            subprocess.run(psql, input=statements, check=True, stdout=subprocess.DEVNULL, timeout=120)
            return
        rows = sqlite3.connect(var / "db.sqlite3")
        rows.executescript(gzip.decompress((self.folder / "sqlite.sql.gz").read_bytes()).decode())
        rows.close()


def releases() -> list[Release]:
    return [Release(folder) for folder in sorted(FOLDER.iterdir())]


def program(name: str) -> str:
    """Return a client's program of PostgreSQL; distributions keep some of them off the path."""
    off_path = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or str(off_path[0])


def client_address(database: str) -> str:
    return database.replace("postgres://", "postgresql://")


def run_on_site(arguments: list[str], var: Path, database: str = "") -> str:
    """Run Python on a site of its own, with the site's own settings; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "SWEETSPOT_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "true",  # pages name their static files plainly: none were collected
        "LOG_LEVEL": "ERROR",
    }
    environment |= {"DATABASE_URL": database} if database else {}
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
    return run.stdout
