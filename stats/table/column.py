"""Description of one column, for people and for the programs that read and write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Type = Literal["string", "integer", "number", "date-time"]
ReadAs = Literal["text", "choice", "number", "flag", "score"]
YES_NO = ("0", "1")


@dataclass(frozen=True)
class Column:
    """One column of a table, declared once.

    Attributes
    ----------
    name
        Header of the column.
    label
        Meaning in a few words.
    type
        Type of the values in an exported file.
    unit
        Unit of the values; "" for none.
    levels
        Values that the column may take; a range counts as one entry.
    missing
        Rows whose cell is blank.
    derivation
        How the value is found, where the label does not say it.
    read_as
        How the statistics read the column; None for a column that they ignore. "text" also suits numbers that
        name something (item "007" stays "007"), "choice" is one of `levels`, a blank "flag" is false, and a
        blank "score" is a trial without a score.
    required
        Whether a table without this column is refused.
    aliases
        Names of the column in tables of other programs.
    """

    name: str
    label: str
    type: Type = "string"
    unit: str = ""
    levels: tuple[str, ...] = ()
    missing: str = "never"
    derivation: str = ""
    read_as: ReadAs | None = None
    required: bool = False
    aliases: tuple[str, ...] = ()


def names_of(columns: Iterable[Column]) -> tuple[str, ...]:
    """Return the names of columns, in their order.

    Examples
    --------
    >>> names_of([Column("rt_ms", "Response time", unit="ms"), Column("mode", "Mode")])
    ('rt_ms', 'mode')
    """
    return tuple(column.name for column in columns)


def read_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns that the statistics read.

    Examples
    --------
    >>> names_of(read_columns([Column("rt_ms", "Time", read_as="number"), Column("os", "System")]))
    ('rt_ms',)
    """
    return tuple(column for column in columns if column.read_as is not None)
