"""Tables next to the class folders, which say more about each photo."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
import pandas as pd

from attacker.errors import DataError
from attacker.photos.acceptance import PhotoRefusedError
from attacker.photos.class_folders import (
    BOXES,
    LANDMARKS,
    SOURCES,
    ClassFiles,
    ClassFoldersError,
    LeftOut,
    Listing,
)

Table = Path | IO[bytes]
Row = TypeVar("Row")


def read_table(
    listing: Listing,
    name: str,
    read: Callable[[IO[bytes], Collection[str]], dict[str, Row]],
    listed: ClassFiles,
) -> dict[str, Row]:
    """Read a table next to the class folders.

    Parameters
    ----------
    listing, listed
        The folder or archive, and what `list_class_files` returned for it.
    name
        Name of the table's file, such as ``sources.csv``.
    read
        Reads the opened table, given the names of the files in class folders.

    Returns
    -------
    What `read` returns, by the names of files; empty where there is no such table.

    Raises
    ------
    ClassFoldersError
        If the table cannot be used.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> listing = SimpleNamespace(files=["dunk/1.jpg"])
    >>> read_table(listing, "sources.csv", dict, ClassFiles((), ()))
    {}
    """
    if name not in listing.files:
        return {}
    try:
        return read(io.BytesIO(listing.read(name)), [file.name for file in listed.files])
    except PhotoRefusedError as error:
        raise ClassFoldersError(f"{name} {error}; mend or remove it") from error
    except DataError as error:
        raise ClassFoldersError(f"{error}; mend or remove it") from error


def rows_of_no_photo(listing: Listing, listed: ClassFiles) -> tuple[LeftOut, ...]:
    r"""Return the tables with rows that name no file of a class folder, and how many.

    Parameters
    ----------
    listing, listed
        The folder or archive, and what `list_class_files` returned for it.

    Raises
    ------
    ClassFoldersError
        If a table cannot be read.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from attacker.photos.class_folders import ClassFile
    >>> text = b"photo,source\ndunk/1.jpg,film 7\ndunk/2.jpeg,film 7"
    >>> listing = SimpleNamespace(files=["sources.csv"], read=lambda name: text)
    >>> print(*rows_of_no_photo(listing, ClassFiles((ClassFile("dunk/1.jpg", "dunk"),), ())))
    left out sources.csv: 1 of 2 rows name no photo, dunk/2.jpeg for one; do the names agree?
    """
    photos = {file.name for file in listed.files}
    left_out = []
    for name in (name for name in (LANDMARKS, SOURCES, BOXES) if name in listing.files):
        try:
            named = read_rows(io.BytesIO(listing.read(name)), name, ["photo"])["photo"]
        except DataError as error:
            raise ClassFoldersError(f"{error}; mend or remove it") from error
        strange = named[~named.isin(photos)]
        if not strange.empty:
            rows = f"{strange.size} of {named.size} rows name no photo"
            left_out.append(LeftOut(name, f"{rows}, {min(strange)} for one; do the names agree?"))
    return tuple(left_out)


def read_rows(table: Table, name: str, columns: Sequence[str]) -> pd.DataFrame:
    r"""Read a CSV file whose first column is ``photo``, everything as text.

    Parameters
    ----------
    table
        A path or an open binary file.
    name
        What an error calls the table where it has no path.
    columns
        Columns that must be there.

    Raises
    ------
    DataError
        If it cannot be read or lacks a column.

    Examples
    --------
    >>> table = io.BytesIO(b"Photo,source\ndunk/1.jpg,film 7\n")
    >>> read_rows(table, "sources.csv", ["photo", "source"]).to_dict("records")
    [{'photo': 'dunk/1.jpg', 'source': 'film 7'}]
    """
    title = title_of(table, name)
    try:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{title}: no table of {Path(name).stem} ({error})") from error
    rows = rows.rename(columns=lambda column: str(column).strip().lower())
    missing = [column for column in columns if column not in rows]
    if missing:
        raise DataError(f"{title}: column {', '.join(missing)} is missing; needed are {', '.join(columns)}")
    return rows


def only(rows: pd.DataFrame, photos: Collection[str], where: str) -> pd.DataFrame:
    """Return the rows of these photos.

    Parameters
    ----------
    rows
        A table with the column ``photo``.
    photos
        Paths of photos.
    where
        What an error calls the table.

    Raises
    ------
    DataError
        If there are none.

    Examples
    --------
    >>> rows = pd.DataFrame({"photo": ["dunk/1.jpg", "dunk/2.jpg"], "source": ["a", "b"]})
    >>> only(rows, ["dunk/2.jpg", "dunk/3.jpg"], "sources.csv").to_dict("records")
    [{'photo': 'dunk/2.jpg', 'source': 'b'}]
    """
    chosen = rows[rows["photo"].isin(set(photos))]
    if chosen.empty:
        raise DataError(f"{where}: holds none of the photos; name them as {min(photos)}")
    return chosen


def numbers_of(rows: pd.DataFrame, columns: Sequence[str], where: str) -> pd.DataFrame:
    """Return the rows with these columns as finite numbers.

    Parameters
    ----------
    rows
        A table of texts.
    columns
        At least two of its columns.
    where
        What an error calls the table.

    Raises
    ------
    DataError
        Naming the first line with another value.

    Examples
    --------
    >>> rows = pd.DataFrame({"photo": ["dunk/1.jpg"], "x": [".5"], "y": ["1"]})
    >>> numbers_of(rows, ["x", "y"], "landmarks.csv").to_dict("records")
    [{'photo': 'dunk/1.jpg', 'x': 0.5, 'y': 1.0}]
    """
    numbers = rows[list(columns)].apply(pd.to_numeric, errors="coerce").astype(float)
    wrong = ~np.isfinite(numbers).all(axis=1)
    if wrong.any():
        line = int(np.flatnonzero(wrong)[0]) + 2
        names = f"{', '.join(columns[:-1])} and {columns[-1]}"
        raise DataError(f"{where}, line {line}: {names} must be numbers")
    return rows.assign(**numbers)


def once(rows: pd.DataFrame, what: str, where: str) -> pd.DataFrame:
    """Return the rows without repetitions.

    Parameters
    ----------
    rows
        A table with the column ``photo``.
    what
        What an error says that a photo has two of.
    where
        What an error calls the table.

    Raises
    ------
    DataError
        If a photo has two different rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"photo": ["dunk/1.jpg", "dunk/1.jpg"], "source": ["a", "b"]})
    >>> once(rows, "sources", "sources.csv")
    Traceback (most recent call last):
    attacker.errors.DataError: sources.csv: dunk/1.jpg has two sources; give each photo one
    """
    different = rows.drop_duplicates()
    twice = different["photo"][different["photo"].duplicated()]
    if not twice.empty:
        raise DataError(f"{where}: {twice.iloc[0]} has two {what}; give each photo one")
    return different


def title_of(table: Table, name: str) -> str:
    """Return what an error calls a table: its path, or its name where it has no path.

    Examples
    --------
    >>> title_of(io.BytesIO(), "sources.csv")
    'sources.csv'
    """
    return str(table) if isinstance(table, Path) else name
