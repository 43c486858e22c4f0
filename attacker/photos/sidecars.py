"""Tables that lie beside the class folders and tell something of each photo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from attacker.errors import DataError

Table = Path | IO[bytes]


def read_rows(table: Table, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV file whose first column is ``photo``, everything as text.

    Parameters
    ----------
    table
        A path or an open binary file.
    name
        What an error calls it where it has no path.
    columns
        Columns that must be there.

    Raises
    ------
    DataError
        If it cannot be read or lacks a column.
    """
    try:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{called(table, name)}: no table of {Path(name).stem} ({error})") from error
    rows = rows.rename(columns=lambda name: str(name).strip().lower())
    missing = [column for column in columns if column not in rows]
    if missing:
        raise DataError(
            f"{called(table, name)}: column {', '.join(missing)} is missing; needed are {', '.join(columns)}"
        )
    return rows


def only(rows: pd.DataFrame, photos: Collection[str], where: str) -> pd.DataFrame:
    """Return the rows of these photos.

    Raises
    ------
    DataError
        If there are none.
    """
    found = rows[rows["photo"].isin(set(photos))]
    if found.empty:
        raise DataError(f"{where}: holds none of the photos; name them as {min(photos)}")
    return found


def numbers_of(rows: pd.DataFrame, columns: Sequence[str], where: str) -> pd.DataFrame:
    """Return the rows with these columns as finite numbers.

    Raises
    ------
    DataError
        Naming the first line with another value.
    """
    numbers = rows[list(columns)].apply(pd.to_numeric, errors="coerce")
    wrong = ~np.isfinite(numbers).all(axis=1)
    if wrong.any():
        line = int(np.flatnonzero(wrong)[0]) + 2
        raise DataError(f"{where}, line {line}: {_listed(columns)} must be numbers")
    return rows.assign(**numbers)


def once(rows: pd.DataFrame, what: str, where: str) -> pd.DataFrame:
    """Return the rows without repetitions.

    Raises
    ------
    DataError
        If a photo has two different ones.
    """
    different = rows.drop_duplicates()
    twice = different["photo"][different["photo"].duplicated()]
    if not twice.empty:
        raise DataError(f"{where}: {twice.iloc[0]} has two {what}; give each photo one")
    return different


def called(table: Table, name: str) -> str:
    return str(table) if isinstance(table, Path) else name


def _listed(columns: Sequence[str]) -> str:
    return f"{', '.join(columns[:-1])} and {columns[-1]}"
