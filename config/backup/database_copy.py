"""The rows of a running site as one file, and back into an empty database."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from config.backup.errors import BackupError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILES = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}
Counts = dict[str, int]


def copy_database(folder: Path) -> Counts:
    """Write all rows, as they are at one moment, to a file in the folder; return how many each table has."""
    copied = {SQLITE: _copy_sqlite, POSTGRESQL: _copy_postgresql}[engine()]
    return copied(folder / FILES[engine()])


def restore_database(file: Path) -> None:
    """Put the rows of such a file into the site's database, which has none."""
    restore = {SQLITE: _restore_sqlite, POSTGRESQL: _restore_postgresql}[engine()]
    restore(file)


def engine() -> str:
    """Return the name of the site's database engine."""
    return connection.vendor


def applied_migrations() -> list[str]:
    """Return the migrations that the site's tables have seen, as `app.name`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [".".join(row) for row in cursor.fetchall()]


def count_rows() -> Counts:
    """Return how many rows each table of the site's database has."""
    with connection.cursor() as cursor:
        return _counted(connection.introspection.table_names(cursor), _value_of(cursor))


def _counted(tables: Iterable[str], value: Callable[[str], int]) -> Counts:
    quoted = {name: connection.ops.quote_name(name) for name in sorted(tables)}
    # The names are those of the database's own tables.
    return {name: value(f"SELECT count(*) FROM {table}") for name, table in quoted.items()}  # noqa: S608


def _value_of(cursor: Any) -> Callable[[str], Any]:
    def value(statement: str) -> Any:
        cursor.execute(statement)
        return cursor.fetchone()[0]

    return value


def _copy_sqlite(file: Path) -> Counts:
    """Copy while the site writes on: SQLite gives one moment's rows, packed."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as rows:
        rows.execute("VACUUM INTO ?", [str(file)])
    with closing(sqlite3.connect(file)) as copy:
        (fault,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if fault != "ok":
            raise BackupError(f"The database is damaged ({fault}). Restore the newest backup that is whole.")
        tables = copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return _counted((name for (name,) in tables.fetchall()), _value_of(copy.cursor()))


def _restore_sqlite(file: Path) -> None:
    database = Path(connection.settings_dict["NAME"])
    connection.close()
    half = database.with_suffix(".restoring")
    shutil.copyfile(file, half)
    for left in ("-wal", "-shm"):  # of the empty database that the file takes the place of
        database.with_name(database.name + left).unlink(missing_ok=True)
    half.replace(database)


def _copy_postgresql(file: Path) -> Counts:
    """Dump what one transaction sees, and count in the same transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        value = _value_of(cursor)
        snapshot = value("SELECT pg_export_snapshot()")
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={file}")
        return _counted(connection.introspection.table_names(cursor), value)


def _restore_postgresql(file: Path) -> None:
    """All rows or none; tables that were migrated and are empty make room."""
    connection.close()
    settled = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
    _run("pg_restore", *settled, f"--dbname={connection.settings_dict['NAME']}", str(file))


def _run(program: str, *arguments: str) -> None:
    """Run a client of PostgreSQL; the password goes by the environment, which no list of processes shows."""
    site = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    where = {variable: str(site[name]) for variable, name in names.items() if site.get(name)}
    try:
        run = subprocess.run(
            [program, *arguments], env=os.environ | where, stderr=subprocess.PIPE, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupError(f"There is no {program} here. Install PostgreSQL's client programs.") from None
    if run.returncode:
        raise BackupError(f"{program} failed: {run.stderr.strip()[-500:]}")
