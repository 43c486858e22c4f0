"""Lines of a CSV file, streamed so that the whole table is never in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from types import NoneType
from typing import Any

from stats.table.formula_cells import escaped

Row = dict[str, Any]
SAFE = {float, int, NoneType}  # nothing is to be done to most cells
LINES_AT_ONCE = 100
RISKY = frozenset("'=+-@\t\r")  # what no text begins with that `escaped` leaves as it is


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Iterate over the header and a line per row, many lines at a time; a cell without a value is blank."""
    cells = (
        [
            cell if type(cell) in SAFE or (type(cell) is str and cell[:1] not in RISKY) else safe_cell(cell)
            for cell in map(row.get, columns)
        ]
        for row in rows
    )
    lines = chain([columns], cells)
    while some := list(islice(lines, LINES_AT_ONCE)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(some)
        yield buffer.getvalue()


def copied(row: object, names: Iterable[str]) -> Row:
    """Return columns that are fields of the same names."""
    return {name: getattr(row, name) for name in names}


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula; truth values become 1 and 0."""
    if isinstance(value, str):
        return escaped(value) if value[:1] in RISKY else value
    return int(value) if isinstance(value, bool) else value
