"""What a report is made of: sections of sentences, tables and figures, however it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

NUMBER_STARTS = frozenset("0123456789.+−–-<>[")


@dataclass(frozen=True)
class Table:
    """A table, its numbers written out.

    Attributes
    ----------
    caption : what the rows are, and their unit
    header : (C,) names of the columns
    rows : (R, C) cells; the first of a row is its name
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
        return cls(caption, tuple(header), tuple(tuple(row) for row in rows))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Table:
        return cls.of(values["caption"], values["header"], values["rows"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def numeric(self) -> tuple[bool, ...]:
        """Return which columns hold numbers only, and are therefore set flush right."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.header)
        return tuple(all(cell[:1] in NUMBER_STARTS for cell in column) for column in columns)


@dataclass(frozen=True)
class Picture:
    """A figure as SVG text, with the sentence below it.

    Attributes
    ----------
    name : unique in the report; part of an address and a file name
    caption : what is shown
    svg : the drawing
    """

    name: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Section:
    """A heading with sentences, tables and figures."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def blocks(self) -> tuple[Table | Picture, ...]:
        """Return figures and tables in reading order: as many of both stand pair by pair."""
        if len(self.pictures) == len(self.tables):
            return tuple(block for pair in zip(self.pictures, self.tables, strict=True) for block in pair)
        return (*self.pictures, *self.tables)


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title : of the report
    headline : the answer in one sentence
    banner : what nobody may overlook, such as that the people were simulated; empty where nothing is
    sections : in reading order
    """

    title: str
    headline: str
    banner: str
    sections: tuple[Section, ...]
