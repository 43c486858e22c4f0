"""Typed values of one column, or an error that names the file and the row of the first unusable value.

Every function takes the whole table, so that an error can name the row, and returns values numbered from 0.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from stats.errors import TableError
from stats.table.column import Column
from stats.table.labels import MISSING, labels, named
from stats.table.words import NAMES_OF_CLASSES, blanked, is_missing, truths

FILE = "_file"  # column with each row's file, added by `read`, so that an error can name it


def refuse(trials: pd.DataFrame, bad: pd.Series | NDArray[np.bool_], column: str, rule: str) -> NoReturn:
    """Raise an error about the first bad row, numbered as a spreadsheet shows it (the header is row 1).

    Raises
    ------
    TableError
        Always.

    Examples
    --------
    >>> trials = pd.DataFrame({"correct": [1, 7]})
    >>> refuse(trials, trials["correct"] > 1, "correct", "must be 0 or 1")
    Traceback (most recent call last):
    stats.errors.TableError: row 1: correct must be 0 or 1, found 7
    """
    first = int(np.flatnonzero(np.asarray(bad))[0])
    row = trials.iloc[first]
    value = row[column] if column in trials and not pd.isna(row[column]) else ""
    shown = "a blank cell" if value == "" else repr(value.item() if isinstance(value, np.generic) else value)
    place = f"{row[FILE]}, row {int(str(trials.index[first])) + 2}" if FILE in trials else f"row {first}"
    raise TableError(f"{place}: {column} {rule}, found {shown}")


def parse(trials: pd.DataFrame, column: Column) -> pd.Series:
    """Return the typed values of a declared column.

    Parameters
    ----------
    trials
        The whole table. It may lack the column if this is an optional choice (all values are then missing) or
        a flag (all values are then false).
    column
        Declaration of a column that the statistics read.

    Raises
    ------
    TableError
        When a value is not one that the column may take.

    Examples
    --------
    >>> from stats.table.schema import CORRECT
    >>> parse(pd.DataFrame({"correct": ["1", "0", ""]}), CORRECT).tolist()
    [1.0, 0.0, nan]
    """
    optional = not column.required
    match column.read_as:
        case "choice":
            return one_of(trials, column.name, column.levels, optional=optional)
        case "flag":
            return pd.Series(flag(trials, column.name))
        case "score":
            return score(trials, column.name)
        case "number":
            return number(trials, column.name, optional=optional)
        case _:
            return text(trials, column.name)


def text(trials: pd.DataFrame, column: str) -> pd.Series:
    """Return the values as names, see `stats.table.labels`.

    Raises
    ------
    TableError
        When a cell is blank, or a word for missing that is not the name of a class.

    Examples
    --------
    >>> text(pd.DataFrame({"agent_id": ["p1", 2]}), "agent_id").tolist()
    ['p1', '2']
    """
    values = labels(trials[column].reset_index(drop=True))
    blank = (values if column in NAMES_OF_CLASSES else blanked(values)).isna() | (values == "")
    if blank.any():
        refuse(trials, blank, column, "must not be blank, or a word for no value")
    return values


def one_of(
    trials: pd.DataFrame, column: str, allowed: tuple[str, ...], *, optional: bool = True
) -> pd.Series:
    """Return values that are each one of the allowed words; None for a blank cell or an absent column.

    Raises
    ------
    TableError
        When a value is another word, or a cell is blank that must not be.

    Examples
    --------
    >>> one_of(pd.DataFrame({"split": ["test", ""]}), "split", ("train", "test")).dropna().tolist()
    ['test']
    """
    if column not in trials:
        return named(np.full(len(trials), MISSING, np.int8), allowed)
    values = labels(trials[column].reset_index(drop=True))
    names = pd.Series(values.cat.categories)
    values = values.cat.remove_categories(names[is_missing(names) & ~names.isin(allowed)])
    if values.cat.categories.isin(allowed).all() and (optional or not values.hasnans):
        return values
    bad = ~values.isin(allowed) & ~(values.isna() & optional)
    if bad.any():  # a name may belong to rows that are not here
        refuse(trials, bad, column, f"must be one of {', '.join(allowed)}")
    return values


def number(trials: pd.DataFrame, column: str, *, optional: bool = True) -> pd.Series:
    """Return finite numbers; NaN for a blank cell.

    Raises
    ------
    TableError
        When a value is no finite number, or a cell is blank that must not be.

    Examples
    --------
    >>> number(pd.DataFrame({"rt_ms": ["512.5", ""]}), "rt_ms").tolist()
    [512.5, nan]
    """
    raw = trials[column].reset_index(drop=True)
    values = pd.to_numeric(raw, errors="coerce").astype(float)
    bad = ~np.isfinite(values) & ~(is_missing(raw) & optional)
    if bad.any():
        refuse(trials, bad, column, "must be a number")
    return values


def score(trials: pd.DataFrame, column: str) -> pd.Series:
    """Return 0.0 or 1.0; NaN for a blank cell.

    Raises
    ------
    TableError
        When a value is neither 0 nor 1.

    Examples
    --------
    >>> score(pd.DataFrame({"correct": [1, 0, None]}), "correct").tolist()
    [1.0, 0.0, nan]
    """
    raw = trials[column].reset_index(drop=True)
    values = raw.astype(float) if is_numeric_dtype(raw) else truths(raw)
    bad = ~((values == 0) | (values == 1) | is_missing(raw))
    if bad.any():
        refuse(trials, bad, column, "must be 0 or 1")
    return values


def flag(trials: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    """Return truth values; a blank cell or an absent column is false.

    Raises
    ------
    TableError
        When a value is none of true, false, 1 and 0.

    Examples
    --------
    >>> flag(pd.DataFrame({"excluded_trial": ["1", "false", ""]}), "excluded_trial").tolist()
    [True, False, False]
    """
    if column not in trials:
        return np.zeros(len(trials), dtype=bool)
    raw = trials[column].reset_index(drop=True)
    if raw.dtype == bool:
        return raw.to_numpy()
    values = truths(raw)
    bad = values.isna() & ~is_missing(raw)
    if bad.any():
        refuse(trials, bad, column, "must be true or false (or 1 or 0)")
    return np.asarray(values.fillna(0.0) == 1.0)
