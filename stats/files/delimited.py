"""Reader of tables whose cells are separated by commas, semicolons or tabs, a batch of rows at a time."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TextIO

import pandas as pd

from stats.errors import TableError

BATCH = 20_000  # rows held in memory at once
SEPARATORS = (",", ";", "\t")
NAMED_BY_EXCEL = "sep="  # first line of a file that tells Excel its separator
LARGEST_CELL = 2**31 - 1  # a cell may hold an audio recording
QUALTRICS_IDS = '{"ImportId"'
END_OF_FILE = "END OF FILE"  # last line of Gorilla's tables

Cells = list[str]


def read_delimited(
    lines: TextIO, path: str, notes: Counter[str], separator: str | None = None
) -> Iterator[pd.DataFrame]:
    r"""Iterate over batches of rows as text; a blank cell is None.

    A line that repeats the header, as in results that were joined one after another, begins a new table,
    which may have other columns.

    Parameters
    ----------
    lines
        The open file.
    path
        Its name, for errors.
    notes
        Gets the number of lines that are no rows, by reason.
    separator
        By default the one of comma, semicolon and tab that divides the header into most cells.

    Raises
    ------
    TableError
        When a line has more cells than the header, or the header is empty or names a column twice.

    Examples
    --------
    >>> import io
    >>> notes = Counter()
    >>> batches = read_delimited(io.StringIO("a;b\n1;0,5\na;b\n2;\n"), "x.csv", notes)
    >>> pd.concat(batches).to_dict("list")
    {'a': ['1', '2'], 'b': ['0,5', None]}
    >>> dict(notes)
    {'lines that repeat the header': 1}
    """
    csv.field_size_limit(LARGEST_CELL)
    first = _first_line(lines, path)
    named = separator
    if first.lower().startswith(NAMED_BY_EXCEL):
        named = separator or first.strip()[len(NAMED_BY_EXCEL) :]
        first = _first_line(lines, path)
    used = named or _separator(first, path)
    rows = csv.reader(chain([first], lines), delimiter=used)
    header = _names(next(rows), path)
    yield from _batches(rows, header, path, notes)


def _first_line(lines: TextIO, path: str) -> str:
    for line in lines:
        if line.strip():
            return line
    raise TableError(f"{path}: the file is empty; export the trials again")


def _separator(header: str, path: str) -> str:
    """Return what divides the header into most cells; two that divide it alike cannot be told apart."""
    widths = {mark: len(next(csv.reader([header], delimiter=mark))) for mark in SEPARATORS}
    widest = [mark for mark, width in widths.items() if width == max(widths.values())]
    if len(widest) > 1 and max(widths.values()) > 1:
        raise TableError(f"{path}: commas, semicolons or tabs? Name the separator: --separator ';'")
    return widest[0]


def _names(cells: Sequence[str], path: str) -> Cells:
    names = [cell if cell.strip() else f"(column {place + 1})" for place, cell in enumerate(cells)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TableError(f"{path}: two columns are called {', '.join(twice)}; rename or delete one of them")
    return names


def _batches(rows: Iterator[Cells], header: Cells, path: str, notes: Counter[str]) -> Iterator[pd.DataFrame]:
    held: list[Cells] = []
    for number, cells in enumerate(rows, start=2):
        match _kind(cells, header):
            case "row":
                held.append(_fitted(cells, header, f"{path}, line {number}", notes))
            case "header":
                notes["lines that repeat the header"] += 1
                if cells != header:
                    yield from _frames(held, header)
                    held, header = [], _names(cells, path)
            case "question ids":  # under the header, Qualtrics writes the questions' text and then their ids
                notes["lines of question texts and ids below the header"] += min(len(held), 1) + 1
                held = held[:-1]
            case reason:
                notes[reason] += 1
        if len(held) == BATCH:
            yield from _frames(held, header)
            held = []
    yield from _frames(held, header)


def _kind(cells: Cells, header: Cells) -> str:
    if not any(cells):
        return "blank lines"
    if cells[0].strip() == END_OF_FILE:
        return f'lines that say "{END_OF_FILE}"'
    if any(cell.startswith(QUALTRICS_IDS) for cell in cells):
        return "question ids"
    return "header" if _repeats(cells, header) else "row"


def _repeats(cells: Cells, header: Cells) -> bool:
    """Whether a line is a header again: its cells are mostly names of columns, and it has two or more."""
    if cells[0] not in header and cells[-1] not in header:
        return False
    names = sum(cell in header for cell in cells)
    return names >= 2 and 2 * names > len(cells)


def _fitted(cells: Cells, header: Cells, place: str, notes: Counter[str]) -> Cells:
    """Return as many cells as the header has; what is too much may only be blank."""
    missing = len(header) - len(cells)
    if missing > 0:
        notes["lines shorter than the header, read as blank at their end"] += 1
        return cells + [""] * missing
    if any(cells[len(header) :]):
        raise TableError(
            f"{place}: has {len(cells)} cells, but the header names {len(header)} columns; "
            "quote cells that hold the separator, or name it: --separator ';'"
        )
    return cells[: len(header)]


def _frames(rows: list[Cells], header: Cells) -> Iterator[pd.DataFrame]:
    if rows:
        frame = pd.DataFrame(rows, columns=header, dtype=object)
        yield frame.where(frame != "", None)
