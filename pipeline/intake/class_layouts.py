"""Layouts of photos: by which part of a file's path, or by which table, its class is known."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath

SPLIT_FOLDERS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval"}
_FILE_COLUMNS = {"photo", "file", "filename", "file_name", "image", "image_name", "imagename", "path", "name"}
_CLASS_COLUMNS = {"class", "label", "category", "classname", "class_name", "target", "species"}
_NUMBERED = re.compile(r"^(.*?)[\s_.()-]*\d[\d\s_.()-]*$")  # dunk_012, dunk (3), dunk-1-2


class Layout(StrEnum):
    """Where the class of a photo is told."""

    FOLDERS = "folders"
    INNER = "inner"
    TABLE = "table"
    NAMES = "names"


def guessed(files: Sequence[str], tables: Mapping[str, str]) -> Layout:
    """Return the layout that files seem to have.

    `tables` are the texts of those beside the folders, by name.

    Examples
    --------
    >>> guessed(["train/dunk/1.jpg", "test/shoot/2.jpg"], {}).value
    'inner'
    >>> guessed(["dunk_1.jpg", "shoot_1.jpg"], {}).value
    'names'
    """
    paths = [PurePosixPath(file) for file in files]
    folders = {path.parts[0] for path in paths if len(path.parts) > 1}
    if class_table(tables) and len(folders) < 2:
        return Layout.TABLE
    if folders and all(folder.lower() in SPLIT_FOLDERS for folder in folders):
        return Layout.INNER
    return Layout.FOLDERS if folders else Layout.NAMES


def classes_by_file(files: Sequence[str], layout: Layout, tables: Mapping[str, str]) -> dict[str, str]:
    """Return the class of each file that has one.

    Examples
    --------
    >>> classes_by_file(["train/dunk/1.jpg", "2.jpg"], Layout.INNER, {})
    {'train/dunk/1.jpg': 'dunk'}
    >>> classes_by_file(["free throw_1.jpg"], Layout.NAMES, {})
    {'free throw_1.jpg': 'free throw'}
    """
    if layout == Layout.TABLE:
        listed = rows_of_table(tables)
        return {file: listed[key] for file in files if (key := _key_in(file, listed))}
    if layout == Layout.NAMES:
        numbered = {file: _NUMBERED.match(PurePosixPath(file).stem) for file in files}
        return {file: _composed(match[1]) for file, match in numbered.items() if match and match[1]}
    depth = 1 if layout == Layout.INNER else 0
    parts = {file: PurePosixPath(file).parts for file in files}
    return {file: _composed(part[depth]) for file, part in parts.items() if len(part) > depth + 1}


def class_table(tables: Mapping[str, str]) -> str:
    """Return the name of the table that gives files their classes; empty where there is none."""
    return next((name for name, text in sorted(tables.items()) if _columns(text)), "")


def rows_of_table(tables: Mapping[str, str]) -> dict[str, str]:
    r"""Return the class of each file as the table of classes names them.

    Examples
    --------
    >>> rows_of_table({"labels.csv": "filename;label\n1.jpg;dunk\n"})
    {'1.jpg': 'dunk'}
    """
    text = tables.get(class_table(tables), "")
    columns = _columns(text)
    if not columns:
        return {}
    file, category = columns
    rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text))
    return {row[file].strip(): _composed(row[category]) for row in rows if row[file] and row[category]}


def without_file(tables: Mapping[str, str], files: Sequence[str]) -> list[str]:
    """Return what the table of classes names that is no file."""
    listed = rows_of_table(tables)
    matched = {_key_in(file, listed) for file in files}
    return [name for name in listed if name not in matched]


def _key_in(file: str, listed: Mapping[str, str]) -> str:
    """Return under which name a table lists a file: its path, or else its name alone."""
    return next((key for key in (file, PurePosixPath(file).name) if key in listed), "")


def _columns(text: str) -> tuple[str, str] | None:
    """Return the headers of files and of classes in a table that has both."""
    header = next(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), [])
    files = [name for name in header if name.strip().lower() in _FILE_COLUMNS]
    classes = [name for name in header if name.strip().lower() in _CLASS_COLUMNS]
    return (files[0], classes[0]) if files and classes else None


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _composed(name: str) -> str:
    """Return a class name as all systems write it: they compose accents in different ways."""
    return unicodedata.normalize("NFC", name.strip())
