"""The table of where photos come from: the picture or film, and the collection."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from attacker.errors import DataError
from attacker.photos.class_folders import SOURCES
from attacker.photos.sidecars import Table, once, only, read_rows, title_of
from stats.table.words import blanked

COLUMNS = ("photo", "source")
OPTIONAL = "collection"
MAXIMUM_NAME = 255  # characters


@dataclass(frozen=True)
class Origin:
    """Where a photo comes from; a name is empty where the table does not say it.

    Parameters
    ----------
    source
        The picture, film or scene: photos that share it are no two photos.
    collection
        The site, archive, photographer or camera: photos that share it may look alike in ways that have
        nothing to do with their class.
    """

    source: str = ""
    collection: str = ""


def read_origins(table: Table, photos: Collection[str]) -> dict[str, Origin]:
    r"""Read where photos come from.

    Parameters
    ----------
    table
        CSV with the columns ``photo`` (its path below the folder of photos), ``source`` and, where it is
        known, ``collection``. Other photos are left out.
    photos
        Paths of the photos to read rows for.

    Returns
    -------
    dict
        An origin by photo; photos without a row are their own source.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, has a row that names nothing or something too long, gives
        a photo two origins, or knows none of the photos.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_origins(BytesIO(b"photo,source\ndunk/1.jpg,film 7\n"), ["dunk/1.jpg", "dunk/2.jpg"])
    {'dunk/1.jpg': Origin(source='film 7', collection='')}
    """
    where = title_of(table, SOURCES)
    rows = read_rows(table, SOURCES, COLUMNS)
    columns = [*COLUMNS[1:], *([OPTIONAL] if OPTIONAL in rows else [])]
    rows = only(rows[["photo", *columns]], photos, where)
    rows = rows.assign(**{name: blanked(rows[name].str.strip()).fillna("") for name in columns})
    rows = once(rows, " or ".join(f"{name}s" for name in columns), where)
    _require_names(rows, columns, where)
    return {row["photo"]: Origin(**{name: row[name] for name in columns}) for row in rows.to_dict("records")}


def _require_names(rows: pd.DataFrame, columns: list[str], where: str) -> None:
    names = " and ".join(columns)
    empty = rows["photo"][(rows[columns] == "").all(axis=1)]
    if not empty.empty:
        raise DataError(f"{where}: {empty.iloc[0]} has an empty {names}; name it or leave the row out")
    lengths = rows[columns].apply(lambda column: column.str.len())
    long = rows["photo"][(lengths > MAXIMUM_NAME).any(axis=1)]
    if not long.empty:
        raise DataError(
            f"{where}: {names} of {long.iloc[0]} may have {MAXIMUM_NAME} characters at most; shorten it"
        )
