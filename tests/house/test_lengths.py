"""Modules and functions stay short: lines of code, apart from docstrings (docs/decisions/0036-lengths.md)."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.house.lengths import Length, Lengths, lengths_of, measure, product_modules
from tests.house.source_code import ROOT

LONGEST_MODULE = 300
LIMITS = {
    ("modules", "code", 50): 55.5,  # no longer than when the house was small
    ("modules", "code", 90): 121,
    ("functions", "code", 50): 4,
    ("functions", "code", 90): 12,
    ("modules", "whole", 50): 96,  # with docstrings: these may not grow
    ("modules", "whole", 90): 205,
    ("functions", "whole", 50): 8,
    ("functions", "whole", 90): 23,
}
EXAMPLE = dedent('''\
    """A module."""

    LIMIT = 3  # code


    def area(
        width: float,
        height: float,
    ) -> float:
        """Return the area.

        Raises
        ------
        ValueError
            If a side is negative.
        """
        # a comment

        text = f"""{width}
        of two lines"""
        return width * height
    ''')


@pytest.fixture(scope="module")
def lengths() -> Lengths:
    return measure()


@pytest.mark.thorough
def test_modules_and_functions_are_no_longer_than_agreed(lengths: Lengths) -> None:
    figures = lengths.figures()
    longer = {what: figure for what, figure in figures.items() if figure > LIMITS[what]}
    assert longer == {}, "`python -m tests.house.lengths` lists the longest"


@pytest.mark.parametrize(
    "paths", [product_modules(), sorted((ROOT / "tests").rglob("*.py"))], ids=["product", "tests"]
)
def test_no_module_is_too_long_to_be_read_at_a_sitting(paths: list[Path]) -> None:
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in paths
    }
    assert len(lines) > 400
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_comments_docstrings_and_signatures_are_no_lines_of_code() -> None:
    module, functions = lengths_of(EXAMPLE, "example.py")
    assert module == Length("example.py", whole=21, code=8)
    assert functions == [Length("example.py:6 area", whole=16, code=3)]


def test_a_function_inside_a_function_counts_for_itself_too() -> None:
    _, functions = lengths_of(
        "def outer():\n    def inner():\n        return 1\n\n    return inner\n", "nested.py"
    )
    assert [(length.whole, length.code) for length in functions] == [(5, 3), (2, 1)]
