"""Lines of a CSV file, streamed so that the whole table is never in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from stats.table.formula_cells import escaped

Row = dict[str, Any]


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Iterate over the header and one line per row; a cell without a value is blank."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    lines = ([safe_cell(row.get(name)) for name in columns] for row in rows)
    for cells in chain([columns], lines):
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def copied(row: object, names: Iterable[str]) -> Row:
    """Return columns that are fields of the same names."""
    return {name: getattr(row, name) for name in names}


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula; truth values become 1 and 0."""
    if isinstance(value, bool):
        return int(value)
    return escaped(value) if isinstance(value, str) else value
