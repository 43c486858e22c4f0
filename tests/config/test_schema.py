"""The tables that migrations make are those that the models ask for, and that every other test uses."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from tests.config.conftest import MANAGE

ONLY_MIGRATIONS_MAKE = {"django_migrations"}
NUMBERED = re.compile(r"^(fk|__unnamed_constraint)_\d+(__)?$")


@pytest.fixture
def migrated(local_environment: dict[str, str], tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection to an empty site that went through every migration."""
    file = tmp_path / "migrated.sqlite3"
    environment = local_environment | {"DATABASE_URL": f"sqlite:///{file}"}
    subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], env=environment, check=True, timeout=250)
    with closing(DatabaseWrapper(connection.settings_dict | {"NAME": str(file)})) as opened:
        yield opened


def tables(database: BaseDatabaseWrapper) -> set[str]:
    return set(database.introspection.table_names()) - ONLY_MIGRATIONS_MAKE


def columns(database: BaseDatabaseWrapper, table: str) -> set[tuple[object, ...]]:
    with database.cursor() as cursor:
        cursor.execute(f'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo("{table}")')
        return set(cursor.fetchall())


def constraints(database: BaseDatabaseWrapper, table: str) -> set[str]:
    """Keys, indexes and checks, by name where they have one: SQLite numbers the others."""
    with database.cursor() as cursor:
        by_name = database.introspection.get_constraints(cursor, table)
    return {f"{NUMBERED.sub('', name)}: {sorted(properties.items())}" for name, properties in by_name.items()}


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere every test's tables are migrated")
def test_migrations_make_the_tables_of_the_models(migrated: BaseDatabaseWrapper) -> None:
    assert tables(migrated) == tables(connection)
    for table in sorted(tables(connection)):
        assert columns(migrated, table) == columns(connection, table), table
        assert constraints(migrated, table) == constraints(connection, table), table
