"""Where photos come from, as a table beside them says: the picture or film, and the collection."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from attacker.errors import DataError
from attacker.photos.sidecars import Table, called, once, only, read_rows

FILE = "sources.csv"
COLUMNS = ("photo", "source")
OPTIONAL = "collection"


@dataclass(frozen=True)
class Origin:
    """Where a photo comes from; a name is empty where the table does not tell it.

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
    """Read where photos come from.

    Parameters
    ----------
    table
        CSV with the columns ``photo`` (its path below the folder of photos), ``source`` and, where somebody
        knows it, ``collection``. Other photos are left out.
    photos
        Paths of the photos that are asked about.

    Returns
    -------
    dict
        An origin by photo; photos without a row are their own source.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, tells nothing of a photo, gives a photo two origins, or
        knows none of the photos.
    """
    where = called(table, FILE)
    rows = read_rows(table, FILE, COLUMNS)
    told = [*COLUMNS[1:], *([OPTIONAL] if OPTIONAL in rows else [])]
    rows = only(rows[["photo", *told]], photos, where)
    rows = rows.assign(**{name: rows[name].str.strip() for name in told})
    rows = once(rows, " or ".join(f"{name}s" for name in told), where)
    _require_told(rows, told, where)
    return {row["photo"]: Origin(**{name: row[name] for name in told}) for row in rows.to_dict("records")}


def _require_told(rows: pd.DataFrame, told: list[str], where: str) -> None:
    silent = rows["photo"][(rows[told] == "").all(axis=1)]
    if not silent.empty:
        names = " and ".join(told)
        raise DataError(f"{where}: {silent.iloc[0]} has an empty {names}; name it or leave the row out")
