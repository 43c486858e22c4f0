"""Photos that were cut or taken from one source photo, as a table beside them says."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import IO

import pandas as pd

from attacker.errors import DataError

FILE = "sources.csv"
COLUMNS = ("photo", "source")


def read_sources(table: Path | IO[bytes], photos: Collection[str]) -> dict[str, str]:
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
    path = table if isinstance(table, Path) else FILE
    try:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: no table of sources ({error})") from error
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise DataError(f"{path}: column {', '.join(missing)} is missing; needed are {', '.join(COLUMNS)}")
    rows = rows[rows["photo"].isin(set(photos))][list(COLUMNS)].drop_duplicates()
    if rows.empty:
        raise DataError(f"{path}: holds none of the photos; name them as {min(photos)}")
    twice = rows["photo"][rows["photo"].duplicated()]
    if not twice.empty:
        raise DataError(f"{path}: {twice.iloc[0]} has two sources; give each photo one")
    unnamed = rows["photo"][rows["source"].str.strip() == ""]
    if not unnamed.empty:
        raise DataError(f"{path}: {unnamed.iloc[0]} has an empty source; name it or leave the row out")
    return dict(zip(rows["photo"], rows["source"].str.strip(), strict=True))
