"""The copy of a database in use: rows of one moment, counted, in a file that is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from config.backup.database_copy import FILES, SQLITE, copy_database

pytestmark = pytest.mark.skipif(connection.vendor != SQLITE, reason="SKIPPED: is about SQLite's own copy")


@pytest.fixture
def in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Two answers that are stored, and a third of which nobody knows yet."""
    path = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as site:
        site.execute("PRAGMA journal_mode=WAL")
        site.execute("CREATE TABLE answer (name TEXT)")
        site.execute("CREATE TABLE nobody (name TEXT)")
        site.execute("INSERT INTO answer VALUES ('dunk'), ('shoot')")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    return path


def test_what_is_being_written_is_not_in_the_copy_and_does_not_hold_it_up(
    in_use: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(in_use, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO answer VALUES ('dribble')")
        assert copy_database(tmp_path) == {"answer": 2, "nobody": 0}
        writer.execute("COMMIT")
    with closing(sqlite3.connect(tmp_path / FILES[SQLITE])) as copy:
        assert copy.execute("SELECT name FROM answer ORDER BY name").fetchall() == [("dunk",), ("shoot",)]
