"""What many tests begin with is built once in a process; after that its rows and files are put back.

Every test begins with the same empty tables and the same next keys, so rows can return as they were. Where a
test has written something before, or has settings of its own, all is built as ever; but what everybody writes
alike, such as an administrator who logs in, may come first if it is named (`beside`).
"""

from __future__ import annotations

import copy
import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from django.utils.translation import get_language

from tests.chance import drawn_by

P = ParamSpec("P")
R = TypeVar("R")
Rows = list[tuple[object, ...]]
KEYS = "sqlite_sequence"
BY_CODE = ("runs", "posters")
PLAIN = (str, int, float, type(None))
_at_the_start: list[object] = []
_beside: list[str] = []


def begin_a_test() -> None:
    """The tables are empty now, and the next keys are set."""
    _at_the_start[:], _beside[:] = _state(), []


@contextmanager
def beside(what: str) -> Iterator[None]:
    """Let what is written meanwhile be no hindrance: it is the same, with the same keys, in every test."""
    first = _untouched()
    yield
    if first:
        _at_the_start[:] = _state()
        _beside.append(what)


def remembered(build: Callable[P, R]) -> Callable[P, R]:
    """Let a function that begins tests be done once for each choice of plain arguments."""
    memories: dict[tuple[str, ...], Memory] = {}

    @functools.wraps(build)
    def recall(*args: P.args, **options: P.kwargs) -> R:
        if not (_untouched() and _is_plain([args, options])):
            return build(*args, **options)
        what = f"{build.__module__}.{build.__qualname__} {args} {sorted(options.items())}"
        key = (what, *_beside, default_storage.location, get_language() or "", _models_keys())
        _clear_folders_by_code()
        if key in memories:
            return memories[key].put_back()
        before = _all_rows()
        with drawn_by(what), _saved_files() as paths:
            result = build(*args, **options)
        if (added := _added_since(before)) is not None:
            memories[key] = Memory.of(result, added, [*paths, *_files_by_code()])
        return result

    return recall


@dataclass(frozen=True)
class Memory:
    """A result, the rows that were added for it by table, and its files."""

    result: Any
    rows: dict[str, Rows]
    files: dict[Path, bytes]

    @classmethod
    def of(cls, result: object, rows: dict[str, Rows], paths: list[Path]) -> Memory:
        files = {path: path.read_bytes() for path in paths if path.exists()}
        return cls(copy.deepcopy(result), rows, files)

    def put_back(self) -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.rows.items():
                if table == KEYS:
                    cursor.execute(f"DELETE FROM {KEYS}")
                blanks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({blanks})', rows)
        for path, content in self.files.items():
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return copy.deepcopy(self.result)


def _state() -> list[object]:
    """What differs once something was written, whether or not it was taken back."""
    if connection.vendor != "sqlite" or connection.connection is None:
        return []
    return [connection.connection, connection.connection.total_changes]


def _untouched() -> bool:
    overridden = isinstance(settings._wrapped, UserSettingsHolder)
    return bool(_at_the_start) and _state() == _at_the_start and not overridden


def _models_keys() -> str:
    """The keys that rows refer to models by: a test that commits leaves others, as its tables are emptied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, app_label, model FROM django_content_type ORDER BY id")
        return repr(cursor.fetchall())


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, PLAIN)


def _files_by_code() -> Iterator[Path]:
    """What lies in folders named by a study's code, which several tests share now."""
    folders = (Path(settings.SWEETSPOT_VAR, place) for place in BY_CODE)
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def _clear_folders_by_code() -> None:
    for place in BY_CODE:
        shutil.rmtree(Path(settings.SWEETSPOT_VAR, place), ignore_errors=True)


def _all_rows() -> dict[str, Rows]:
    """The rows of each table that has any."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return {name: rows for name in sorted([*names, KEYS]) if (rows := _read(name))}


def _added_since(before: dict[str, Rows]) -> dict[str, Rows] | None:
    """The rows that came since, and all next keys; None where a row of before was changed or has gone."""
    now = _all_rows()
    added = {KEYS: now.pop(KEYS)}
    for table, rows in now.items():
        old, new = set(before.get(table, [])), set(rows)
        if not old <= new:
            return None
        if fresh := [row for row in rows if row not in old]:
            added[table] = fresh
    return added


def _read(table: str) -> Rows:
    """Rows as they are stored: a column after a plus sign has no type that Python would read it by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info(%s) ORDER BY cid", [table])
        columns = ", ".join(f'+"{name}"' for (name,) in cursor.fetchall())
        return cursor.execute(f'SELECT {columns} FROM "{table}"').fetchall()


@contextmanager
def _saved_files() -> Iterator[list[Path]]:
    """The places of files that are saved meanwhile."""
    paths: list[Path] = []
    save = FileSystemStorage._save

    def save_and_note(storage: FileSystemStorage, name: str, content: Any) -> str:
        saved = save(storage, name, content)
        paths.append(Path(storage.path(saved)))
        return saved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", save_and_note)
        yield paths
