"""One column at a time: typed values, or the file and row of the first value that cannot be one.

Every function takes the whole table, so that a complaint can name the row; values come back numbered from 0.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.errors import TableError

MISSING_WORDS = ("", "NA", "NaN", "nan", "null", "None")
FILE = "_file"  # put there by `read`, so that a complaint can name it
FLAG_WORDS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}


def refuse(trials: pd.DataFrame, bad: pd.Series | NDArray[np.bool_], column: str, rule: str) -> NoReturn:
    """Stop at the first bad row, named as a spreadsheet shows it (the header is row 1)."""
    first = int(np.flatnonzero(np.asarray(bad))[0])
    row = trials.iloc[first]
    found = row[column] if column in trials and not pd.isna(row[column]) else ""
    shown = "a blank cell" if found == "" else repr(found.item() if isinstance(found, np.generic) else found)
    place = f"{row[FILE]}, row {int(str(trials.index[first])) + 2}" if FILE in trials else f"row {first}"
    raise TableError(f"{place}: {column} {rule}, found {shown}")


def text(trials: pd.DataFrame, column: str) -> pd.Series:
    values = trials[column].reset_index(drop=True)
    blank = values.isna() | (values.astype(str) == "")
    if blank.any():
        refuse(trials, blank, column, "must not be blank")
    return values.astype(str)


def one_of(
    trials: pd.DataFrame, column: str, allowed: tuple[str, ...], *, optional: bool = True
) -> pd.Series:
    if column not in trials:
        return pd.Series(None, index=range(len(trials)), dtype="object")
    values = trials[column].reset_index(drop=True)
    values = values.where(values != "", None)
    bad = ~values.isin(allowed) & ~(values.isna() & optional)
    if bad.any():
        refuse(trials, bad, column, f"must be one of {', '.join(allowed)}")
    return values


def number(trials: pd.DataFrame, column: str, *, optional: bool = True) -> pd.Series:
    raw = trials[column].reset_index(drop=True)
    values = pd.to_numeric(raw, errors="coerce").astype(float)
    missing = raw.isna() | raw.isin(MISSING_WORDS)
    bad = ~np.isfinite(values) & ~(missing & optional)
    if bad.any():
        refuse(trials, bad, column, "must be a number")
    return values


def binary(trials: pd.DataFrame) -> pd.Series:
    raw = trials["correct"].reset_index(drop=True)
    values = pd.to_numeric(raw, errors="coerce").astype(float)
    bad = ~values.isin([0.0, 1.0]) & ~(raw.isna() | (raw.astype(object) == ""))
    if bad.any():
        refuse(trials, bad, "correct", "must be 0 or 1")
    return values


def flag(trials: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    if column not in trials:
        return np.zeros(len(trials), dtype=bool)
    raw = trials[column].reset_index(drop=True)
    if raw.dtype == bool:
        return raw.to_numpy()
    values = raw.astype(object).map(lambda cell: FLAG_WORDS.get(str(cell).lower()))
    bad = values.isna() & ~(raw.isna() | (raw.astype(object) == ""))
    if bad.any():
        refuse(trials, bad, column, "must be true or false (or 1 or 0)")
    return np.asarray(values.astype(float).fillna(0.0) == 1.0)
