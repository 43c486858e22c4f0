"""The page about more designs describes every column that they declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from stats.table.column import Column
from stats.table.design_columns import DESIGNS
from stats.table.schema import TIDY
from tests.house.source_code import ROOT

PAGE = Path(ROOT, "docs", "method", "designs.md")


@pytest.mark.parametrize("column", DESIGNS, ids=lambda column: column.name)
def test_the_page_describes_a_column_as_it_is_declared(column: Column) -> None:
    line = f"| `{column.name}` | {column.label} | {column.missing} | {column.derivation} |"
    assert line in PAGE.read_text(encoding="utf-8")


def test_no_column_is_declared_twice() -> None:
    assert {column.name for column in DESIGNS}.isdisjoint(column.name for column in TIDY)
