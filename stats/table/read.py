"""Readers of CSV files; every error names the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.errors import TableError
from stats.table.column import names_of, read_columns
from stats.table.columns.machine_columns import PROBABILITY
from stats.table.design_columns import DESIGNS
from stats.table.formula_cells import unescaped
from stats.table.labels import chosen, labels, named, stacked
from stats.table.parse import FILE
from stats.table.schema import TIDY
from stats.table.tidy import require_columns
from stats.table.tile_columns import TILES
from stats.table.words import NAMES_OF_CLASSES

TRIAL_NAMES = frozenset(names_of(read_columns((*TIDY, *DESIGNS))))
TILE_NAMES = TRIAL_NAMES.union(names_of(read_columns(TILES)))
TEXT_NAMES = names_of(column for column in (*TIDY, *DESIGNS, *TILES) if column.read_as in {"text", "choice"})
TYPE_OF_TEXT = dict.fromkeys(TEXT_NAMES, "str")  # item "007" must stay "007"
LEVEL = "crop_level"
PIECE = 20_000  # rows read at once


def read_csv(
    path: str | Path, wanted: Callable[[str], bool], *, all_text: bool = False, texts: Sequence[str] = ()
) -> pd.DataFrame:
    r"""Read the wanted columns of one CSV file; blank cells become missing, "NA" stays text.

    Declared text is read as names, see `stats.table.labels`.

    Parameters
    ----------
    path
        CSV file in UTF-8, separated by commas.
    wanted
        Whether to read the column of this name.
    all_text
        Take no column for numbers or truth values ("0.10" stays "0.10").
    texts
        Columns that are text besides those that are declared so.

    Raises
    ------
    TableError
        When the file cannot be read, is no CSV, or holds no row.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "trials.csv")
    ...     _ = path.write_text("item_id,rt_ms,weather\n007,512,fair\n008,,foul")
    ...     frame = read_csv(path, lambda name: name != "weather")
    >>> frame.to_dict("list")
    {'item_id': ['007', '008'], 'rt_ms': [512.0, nan]}
    """
    try:
        _require_commas(path)
        frame = _parsed(path, wanted, all_text=all_text, texts=texts)
    except TableError:
        raise
    except pd.errors.EmptyDataError:
        raise TableError(f"{path}: the file is empty; export the trials again") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror or error}); check the path") from None
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise TableError(f"{path}: is not a CSV file in UTF-8 ({reason})") from None
    frame = chosen(frame, ~_blank(frame))
    if frame.empty:
        raise TableError(f"{path}: holds a header but no trials; export the trials again")
    return frame


class _Settings(TypedDict):
    usecols: Callable[[str], bool]
    dtype: Any
    keep_default_na: bool
    na_values: list[str]
    encoding: str
    low_memory: bool
    skip_blank_lines: bool


def _parsed(
    path: str | Path, wanted: Callable[[str], bool], *, all_text: bool, texts: Sequence[str]
) -> pd.DataFrame:
    """Read a file piece by piece, which takes little memory, or at once if its pieces differ in type."""
    settings: _Settings = {
        "usecols": wanted,
        "dtype": "str" if all_text else TYPE_OF_TEXT | dict.fromkeys(texts, "str"),
        "keep_default_na": False,
        "na_values": [""],
        "encoding": "utf-8-sig",
        "low_memory": False,
        "skip_blank_lines": False,  # so that a row's number is its line in the file
    }
    if all_text:
        return pd.read_csv(path, **settings)
    with pd.read_csv(path, chunksize=PIECE, **settings) as pieces:
        frame = stacked(_compact(piece) for piece in pieces)
    differ = any(frame[name].dtype == object for name in frame)
    return _compact(pd.read_csv(path, **settings)) if differ else frame


def _blank(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows hold nothing."""
    blank = np.ones(len(frame), dtype=bool)
    for name in frame:
        blank &= frame[name].isna().to_numpy()
    return blank


def _compact(frame: pd.DataFrame) -> pd.DataFrame:
    """Return text as names, and whole numbers in as few bytes as they need."""
    whole = {
        str(name): pd.to_numeric(values, downcast="integer")
        for name, values in frame.select_dtypes("integer").items()
    }
    names = {name: labels(frame[name]) for name in frame if name in TYPE_OF_TEXT}
    for name in NAMES_OF_CLASSES.intersection(names):  # "=1+1" is a class too
        read = names[name].cat
        names[name] = named(read.codes.to_numpy(), [*map(unescaped, read.categories)], frame.index)
    return frame.assign(**whole, **names)


def _require_commas(path: str | Path) -> None:
    with Path(path).open(encoding="utf-8-sig", errors="replace") as lines:
        header = lines.readline()
    if "," not in header and (";" in header or "\t" in header):
        raise TableError(f"{path}: its separator is not a comma; save it as CSV separated by commas")


def read_trials(path: str | Path, also: Sequence[str] = (), *, levels: bool = True) -> pd.DataFrame:
    r"""Read one table of trials, with the columns that the statistics know.

    Parameters
    ----------
    path
        CSV file.
    also
        Columns to read besides, as text.
    levels
        Whether the design has crop levels; without them, a table that names none has level 0 throughout.

    Raises
    ------
    TableError
        When the file cannot be read or lacks a required column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "trials.csv")
    ...     header = "agent_type,agent_id,item_id,category,crop_level,correct,weather"
    ...     _ = path.write_text(f"{header}\nhuman,p1,007,dunk,0,1,fair")
    ...     trials = read_trials(path)
    >>> list(trials), trials["item_id"].item()
    (['agent_type', 'agent_id', 'item_id', 'category', 'crop_level', 'correct'], '007')
    """
    wanted = TRIAL_NAMES.union(also)
    undeclared = [name for name in also if name not in TRIAL_NAMES]
    frame = read_csv(path, lambda name: name in wanted or name.startswith(PROBABILITY), texts=undeclared)
    if not levels and LEVEL not in frame:
        frame[LEVEL] = 0
    require_columns(frame, str(path))
    return frame


def read_tiles(path: str | Path) -> pd.DataFrame:
    r"""Read one table of tiles, with the columns that the statistics know.

    Raises
    ------
    TableError
        When the file cannot be read or lacks a column that every table of trials needs.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "tiles.csv")
    ...     header = "agent_type,agent_id,item_id,category,crop_level,correct,target,position"
    ...     _ = path.write_text(f"{header}\nhuman,p1,007,dunk,0,1,dunk,8")
    ...     tiles = read_tiles(path)
    >>> list(tiles)
    ['agent_type', 'agent_id', 'item_id', 'category', 'crop_level', 'correct', 'target']
    """
    frame = read_csv(path, TILE_NAMES.__contains__)
    require_columns(frame, str(path))
    return frame


def read_all(
    paths: Sequence[str | Path], read: Callable[[str | Path], pd.DataFrame] = read_trials
) -> pd.DataFrame:
    r"""Read several tables into one; each row keeps its line number as index, and its file in a column.

    Parameters
    ----------
    paths
        CSV files of one kind.
    read
        Reader of one file: `read_trials` or `read_tiles`.

    Raises
    ------
    TableError
        When a file cannot be read, lacks a required column or is given twice.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     paths = [Path(folder, name) for name in ("people.csv", "machine.csv")]
    ...     for path, agent_type in zip(paths, ("human", "model")):
    ...         header = "agent_type,agent_id,item_id,category,crop_level,correct"
    ...         _ = path.write_text(f"{header}\n{agent_type},p1,007,dunk,0,1")
    ...     trials = read_all(paths)
    >>> trials["agent_type"].to_list()
    ['human', 'model']
    """
    refuse_twice(paths)
    tables = [read(path) for path in paths]
    return stacked(
        table.assign(**{FILE: pd.Categorical([str(path)]).repeat(len(table))})
        for path, table in zip(paths, tables, strict=True)
    )


def refuse_twice(paths: Sequence[str | Path]) -> None:
    """Raise an error if a file is given twice: its rows would count twice.

    Raises
    ------
    TableError
        When a path occurs twice.

    Examples
    --------
    >>> refuse_twice(["people.csv", "machine.csv"])
    """
    twice = [path for path, count in Counter(map(str, paths)).items() if count > 1]
    if twice:
        raise TableError(f"{twice[0]}: is given twice; name each file once")
