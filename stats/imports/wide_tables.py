"""Tables with a row per person and a column per photo, as Qualtrics and form builders write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from stats.errors import TableError
from stats.files.spool import Spool, read_files
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import PLAIN
from stats.table.schema import BY_NAME

MAPPED = ("column", "item_id", "category", "crop_level")
SOURCES = ("rt", "correct")  # of a photo's response time and correctness, where there are columns of them
PEOPLE = ("ResponseId", "agent_id", *BY_NAME["agent_id"].aliases)
PREVIEWS = {"DistributionChannel": "preview", "Status": "Survey Preview"}  # test answers of Qualtrics


def long_form(spools: Sequence[Spool], options: ImportOptions) -> tuple[list[Spool], ImportOptions]:
    r"""Return tables with a row per person as tables with a row per photo that a person was shown.

    Parameters
    ----------
    spools
        The tables.
    options
        With `wide`, a table with the columns column, item_id, category and crop_level: for each column of
        answers, the photo, its class and its level; and where there are such, `rt` and `correct`: the columns
        of the photo's response time and correctness. `columns` may name the one with the person (agent_id).

    Returns
    -------
    tuple
        The long tables, and the options for reading them.

    Raises
    ------
    TableError
        When the map or a table lacks a column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> spool = Spool("survey.csv")
    >>> spool.add(pd.DataFrame([["R_1", "dunk", None]], columns=["ResponseId", "Q1", "Q2"], dtype=object))
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "map.csv")
    ...     _ = path.write_text("column,item_id,category,crop_level\nQ1,a.jpg,dunk,0\nQ2,b.jpg,shoot,1")
    ...     (long,), _ = long_form([spool], ImportOptions(wide=str(path)))
    >>> next(long.batches()).to_dict("records")
    [{'agent_id': 'R_1', 'item_id': 'a.jpg', 'category': 'dunk', 'crop_level': '0', 'response': 'dunk'}]
    >>> dict(+long.notes)
    {'blank cells: photos that were not shown, or not answered': 1}
    """
    mapped = _map(options)
    long = [_long(spool, mapped, options) for spool in spools]
    left = {name: column for name, column in options.columns.items() if name != "agent_id"}
    return long, replace(options, columns=left, layout=PLAIN.name)


def _map(options: ImportOptions) -> pd.DataFrame:
    (spool,) = read_files([options.wide or ""])
    rows = pd.concat(spool.batches(), ignore_index=True)
    spool.close()
    missing = [name for name in MAPPED if name not in rows]
    if missing:
        raise TableError(f"{options.wide}: has no column {', '.join(missing)}; it needs {', '.join(MAPPED)}")
    return rows


def _long(spool: Spool, mapped: pd.DataFrame, options: ImportOptions) -> Spool:
    person = options.columns.get("agent_id") or next((name for name in PEOPLE if name in spool.columns), None)
    if person is None:
        raise TableError(f"{spool.path}: which column names the person? --columns agent_id=COLUMN")
    sources = [name for name in ("column", *SOURCES) if name in mapped]
    wanted = [person, *(str(name) for source in sources for name in mapped[source].dropna())]
    unknown = [name for name in wanted if name not in spool.columns]
    if unknown:
        raise TableError(
            f"{spool.path}: no column {', '.join(unknown)}, which {options.wide} names; correct it"
        )
    long = Spool(spool.path, notes=spool.notes)
    for batch in spool.batches():
        people = _without_previews(batch, long)
        for photo in _photos(people, mapped, person):
            shown = photo[[name for name in ("response", *SOURCES) if name in photo]].notna().any(axis=1)
            long.notes["blank cells: photos that were not shown, or not answered"] += int((~shown).sum())
            if shown.any():
                long.add(photo[shown])
    return long


def _without_previews(batch: pd.DataFrame, long: Spool) -> pd.DataFrame:
    preview = pd.Series(False, index=batch.index)
    for column, word in PREVIEWS.items():
        if column in batch:
            preview |= batch[column] == word
    long.notes["rows that are previews of the survey"] += int(preview.sum())
    return batch[~preview]


def _photos(people: pd.DataFrame, mapped: pd.DataFrame, person: str) -> Iterator[pd.DataFrame]:
    for photo in mapped.to_dict("records"):
        cells = {"agent_id": people[person]}
        cells |= {name: pd.Series(photo[name], index=people.index) for name in MAPPED[1:]}
        cells |= {"response": people[str(photo["column"])]}
        cells |= {name: people[str(photo[name])] for name in SOURCES if photo.get(name)}
        yield pd.DataFrame(cells, dtype=object)
