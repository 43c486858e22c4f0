"""Cells that a spreadsheet would run as a formula: written after an apostrophe, and read without it."""

from __future__ import annotations

import re
from typing import TypeVar

# Apostrophes may stand before the sign, so that reading undoes writing whatever the text is.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
Cell = TypeVar("Cell")


def escaped(text: str) -> str:
    """Return text that no spreadsheet runs.

    Examples
    --------
    >>> escaped("=1+1"), escaped("dunk")
    ("'=1+1", 'dunk')
    """
    return f"'{text}" if FORMULA.match(text) else text


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
