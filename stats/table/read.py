"""From CSV files to one data frame; every complaint names the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from stats.errors import TableError
from stats.table.parse import FILE
from stats.table.schema import KNOWN, PROBABILITY, TEXT
from stats.table.tidy import require_columns

TYPE_OF_TEXT = dict.fromkeys(TEXT, "str")  # item "007" must stay "007"


def read_csv(path: str | Path, wanted: Callable[[str], bool], *, all_text: bool = False) -> pd.DataFrame:
    """Read the wanted columns of one CSV file; blank cells become missing, "NA" stays text.

    With `all_text` no column is guessed to be a number or a truth value ("0.10" stays "0.10").

    Raises
    ------
    TableError
        When the file cannot be read, is no CSV, or holds no row.
    """
    try:
        _require_commas(path)
        frame = pd.read_csv(
            path,
            usecols=wanted,
            dtype="str" if all_text else TYPE_OF_TEXT,
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8-sig",
            low_memory=False,
            skip_blank_lines=False,  # so that a row's number is its line in the file
        )
    except TableError:
        raise
    except pd.errors.EmptyDataError:
        raise TableError(f"{path}: the file is empty; export the trials again") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror or error}); check the path") from None
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise TableError(f"{path}: is not a CSV file in UTF-8 ({reason})") from None
    frame = frame.dropna(how="all")
    if frame.empty:
        raise TableError(f"{path}: holds a header but no trials; export the trials again")
    return frame


def _require_commas(path: str | Path) -> None:
    with Path(path).open(encoding="utf-8-sig", errors="replace") as lines:
        header = lines.readline()
    if "," not in header and (";" in header or "\t" in header):
        raise TableError(f"{path}: its separator is not a comma; save it as CSV separated by commas")


def read_trials(path: str | Path) -> pd.DataFrame:
    """Read one table of trials, keeping the columns that the statistics know."""
    frame = read_csv(path, lambda name: name in KNOWN or name.startswith(PROBABILITY))
    require_columns(frame, str(path))
    return frame


def read_all(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Read several tables; rows keep their line number as index."""
    return pd.concat([read_trials(path).assign(**{FILE: str(path)}) for path in paths])
