"""The codebook: what every column of the tables of trials, predictions and tiles means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.exports.columns import CANDIDATE, CODEBOOK, OF_A_WINDOW, OFFSETS, PREDICTIONS
from stats.table.column import Column, names_of
from stats.table.schema import TRIALS, probability_column
from stats.table.tile_columns import TILES

OTHER_TABLES = {
    "predictions.csv": PREDICTIONS,
    "runs.csv": (OFFSETS,),
    "tiles.csv": TILES,
    "pilot_trials.csv and pilot_windows.csv": (CANDIDATE,),
    "pilot_windows.csv": OF_A_WINDOW,
}


def codebook_rows(categories: Iterable[str]) -> Iterator[dict[str, str]]:
    """Iterate over one row per column.

    Parameters
    ----------
    categories
        Names of the study's classes; each has a column with its probability.
    """
    yield from map(_row, TRIALS)
    for file, columns in OTHER_TABLES.items():
        yield from (_row(column, f"{file} only") for column in columns if column not in TRIALS)
    yield from (_row(probability_column(name)) for name in categories)


def _row(column: Column, where: str = "") -> dict[str, str]:
    """Return the fields of a column as text."""
    fields = {name: getattr(column, name) for name in names_of(CODEBOOK)}
    derivation = "; ".join(filter(None, (where, column.derivation)))
    return fields | {"levels": "|".join(column.levels), "derivation": derivation}
