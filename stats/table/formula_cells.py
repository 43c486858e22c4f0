"""Cells that a spreadsheet would run as a formula: written after an apostrophe, and read without it."""

from __future__ import annotations

import re
from typing import TypeVar

# Apostrophes may stand before the sign, so that reading undoes writing whatever the text is.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?")
Cell = TypeVar("Cell")


def escaped(text: str) -> str:
    """Return text that no spreadsheet runs.

    Examples
    --------
    >>> escaped("=1+1"), escaped("dunk")
    ("'=1+1", 'dunk')
    """
    return f"'{text}" if FORMULA.match(text) else text


def escaped_cell(cell: Cell) -> Cell | str:
    """Return a cell of a table that no spreadsheet runs; numbers stay, negative ones too.

    Examples
    --------
    >>> [escaped_cell(cell) for cell in ("=1+1", "-0.5", -0.5)]
    ["'=1+1", '-0.5', -0.5]
    """
    return escaped(cell) if isinstance(cell, str) and not NUMBER.fullmatch(cell) else cell


def unescaped(cell: Cell) -> Cell | str:
    """Return a cell as it was before `escaped`; what is no text stays.

    Examples
    --------
    >>> [unescaped(cell) for cell in ("'=1+1", "'n roll", "dunk", None)]
    ['=1+1', "'n roll", 'dunk', None]
    """
    if isinstance(cell, str) and cell.startswith("'") and FORMULA.match(cell):
        return cell[1:]
    return cell
