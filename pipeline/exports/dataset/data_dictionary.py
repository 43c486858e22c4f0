"""The columns of every exported table as Markdown, for docs/data.md."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.exports.columns.table_columns import TABLES, WITH_PROBABILITIES
from stats.table.column import Column
from stats.table.columns.machine_columns import probability_column

BEGIN, END = "<!-- columns: begin -->", "<!-- columns: end -->"
HEAD = "| column | meaning | type | unit | values | blank | how it is found |\n|---|---|---|---|---|---|---|"


def with_columns(page: str) -> str:
    """Return a page whose part between the two markers describes the columns as they are declared."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *_sections(), END + after])


def _sections() -> Iterator[str]:
    """Iterate over one section per table; a column that an earlier table has is described there."""
    described: set[Column] = set()
    for file, columns in TABLES.items():
        probabilities = [probability_column("CLASS")] if file in WITH_PROBABILITIES else []
        every = [*columns, *probabilities]
        shared = [f"`{column.name}`" for column in every if column in described]
        new = [column for column in every if column not in described]
        described.update(every)
        yield f"\n### {file}\n"
        if shared:
            yield f"As described above: {', '.join(shared)}.\n"
        yield from (HEAD, *map(_line, new))


def _line(column: Column) -> str:
    """Return a row of a Markdown table, in which a plain bar would begin the next cell."""
    levels = ", ".join(column.levels)
    cells = (column.label, column.type, column.unit, levels, column.missing, column.derivation)
    escaped = (cell.replace("|", r"\|") for cell in (f"`{column.name}`", *cells))
    return f"| {' | '.join(escaped)} |"
