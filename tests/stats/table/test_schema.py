"""What is declared about columns is what readers, checks and imports do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from stats import TableError
from stats.imports.layouts import LAYOUTS, Layout
from stats.table.column import Column, names_of
from stats.table.read import read_trials
from stats.table.schema import REQUIRED, TIDY
from stats.table.tidy import require_columns, tidy
from stats.table.tile_columns import TILES
from tests.stats.tables import block, table

CHOICES = [column for column in TIDY if column.read_as == "choice"]
NUMBERS = [column for column in TIDY if column.read_as == "number"]
FLAGS = [column for column in TIDY if column.read_as == "flag"]


def with_value(column: Column, value: object) -> pd.DataFrame:
    """Return two usable trials, of which the second has this value."""
    trials = table(block("human", 1, 2, 0))
    if column.name not in trials:
        trials[column.name] = column.levels[0] if column.levels else "1"
    trials[column.name] = trials[column.name].astype(object)
    trials.loc[1, column.name] = value
    return trials


@pytest.mark.parametrize("name", REQUIRED)
def test_a_table_without_a_required_column_is_refused(name: str) -> None:
    with pytest.raises(TableError, match=f"missing column {name}"):
        require_columns(table(block("human", 1, 2, 0)).drop(columns=name))


@pytest.mark.parametrize("column", CHOICES, ids=lambda column: column.name)
def test_a_choice_may_only_be_one_of_its_levels(column: Column) -> None:
    with pytest.raises(TableError, match=f"row 1: {column.name} must be one of {', '.join(column.levels)}"):
        tidy(with_value(column, "weather"))


@pytest.mark.sampled
@pytest.mark.parametrize("column", NUMBERS, ids=lambda column: column.name)
def test_a_number_must_be_one(column: Column) -> None:
    with pytest.raises(TableError, match=f"row 1: {column.name} must be a number"):
        tidy(with_value(column, "heavy"))


@pytest.mark.parametrize("column", FLAGS, ids=lambda column: column.name)
def test_a_flag_excludes_its_row(column: Column) -> None:
    assert len(tidy(with_value(column, "0")).primary) == 2
    assert len(tidy(with_value(column, "1")).primary) == 1
    with pytest.raises(TableError, match=f"row 1: {column.name} must be true or false"):
        tidy(with_value(column, "perhaps"))


def test_text_keeps_its_leading_zeros_and_numbers_do_not(tmp_path: Path) -> None:
    names = [column.name for column in TIDY if column.read_as is not None]
    path = tmp_path / "trials.csv"
    path.write_text(f"{','.join(names)},weather\n{','.join(['01'] * len(names))},fair\n")
    cells = read_trials(path).iloc[0].to_dict()
    texts = {column.name for column in TIDY if column.read_as in {"text", "choice"}}
    assert {name for name, cell in cells.items() if cell == "01"} == texts
    assert {name for name, cell in cells.items() if cell == 1} == set(names) - texts


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_an_import_fills_declared_columns_only(layout: Layout) -> None:
    assert set(layout.sources) <= set(names_of(TIDY))


@pytest.mark.parametrize("columns", [TIDY, TILES], ids=["trials", "tiles"])
def test_a_name_is_declared_once_and_a_choice_has_levels(columns: tuple[Column, ...]) -> None:
    assert len(set(names_of(columns))) == len(columns)
    assert all(column.levels for column in columns if column.read_as == "choice")
