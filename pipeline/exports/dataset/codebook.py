"""The codebook: what every column of every exported table means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.exports.columns.table_columns import CODEBOOK, TABLES, WITH_PROBABILITIES
from stats.table.column import Column, names_of
from stats.table.columns.machine_columns import probability_column

FILES = "files"


def codebook_rows(categories: Iterable[str]) -> Iterator[dict[str, str]]:
    """Iterate over one row per column, with its files; a column that differs between files has two rows."""
    probabilities = [probability_column(name) for name in categories]
    files_by_column: dict[Column, list[str]] = {}
    for file, columns in TABLES.items():
        for column in (*columns, *(probabilities if file in WITH_PROBABILITIES else ())):
            files_by_column.setdefault(column, []).append(file)
    for column, files in files_by_column.items():
        fields = {name: getattr(column, name) for name in names_of(CODEBOOK) if name != FILES}
        yield fields | {"levels": "|".join(column.levels), FILES: "|".join(files)}
