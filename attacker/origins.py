"""Photos that were cut or taken from one source photo, as a table beside them says."""

from __future__ import annotations

from collections.abc import Collection

from attacker.beside import Table, called, once, only, read_rows
from attacker.errors import DataError

FILE = "sources.csv"
COLUMNS = ("photo", "source")


def read_sources(table: Table, photos: Collection[str]) -> dict[str, str]:
    """Read where photos come from: two crops of one picture, or two frames of one film, are no two photos.

    Parameters
    ----------
    table
        CSV with the columns ``photo`` (its path below the folder of photos) and ``source`` (any name of the
        picture, film or scene). Other photos are left out.
    photos
        Paths of the photos that are asked about.

    Returns
    -------
    dict
        A source by photo; photos without a row are their own.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, leaves a source empty, gives a photo two, or knows none
        of the photos.
    """
    where = called(table, FILE)
    rows = only(read_rows(table, FILE, COLUMNS)[list(COLUMNS)], photos, where)
    rows = once(rows.assign(source=rows["source"].str.strip()), "sources", where)
    unnamed = rows["photo"][rows["source"] == ""]
    if not unnamed.empty:
        raise DataError(f"{where}: {unnamed.iloc[0]} has an empty source; name it or leave the row out")
    return dict(zip(rows["photo"], rows["source"], strict=True))
