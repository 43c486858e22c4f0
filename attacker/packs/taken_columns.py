"""What an answer took: the optional columns of seconds and cost, whose blank cells are not known."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from attacker.packs.packed_answers import Answer

SECONDS, COST = "seconds", "cost"
TAKEN = (SECONDS, COST)


class NoAmountError(ValueError):
    """A cell that is no number from 0 on.

    Parameters
    ----------
    column, cell
        Where it stands, and what.
    """

    def __init__(self, column: str, cell: str) -> None:
        super().__init__(column)
        self.column, self.cell = column, cell


def with_taken(answer: Answer, row: Mapping[str, str]) -> Answer:
    """Return an answer with the seconds and the cost that its row gives; a blank cell is not known.

    Parameters
    ----------
    answer
        As the other columns give it.
    row
        Cells by column; either column may be missing.

    Raises
    ------
    NoAmountError
        If a cell is neither blank nor a number from 0 on.

    Examples
    --------
    >>> taken = with_taken(Answer("0a", choice=1), {"seconds": "0.8", "cost": ""})
    >>> taken.seconds, taken.cost
    (0.8, None)
    """
    return msgspec.structs.replace(answer, **{column: _amount(column, row) for column in TAKEN})


def _amount(column: str, row: Mapping[str, str]) -> float | None:
    cell = row.get(column, "")
    if not cell:
        return None
    try:
        amount = float(cell)
    except ValueError:
        raise NoAmountError(column, cell) from None
    if not (math.isfinite(amount) and amount >= 0):
        raise NoAmountError(column, cell)
    return amount
