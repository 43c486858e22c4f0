"""What a report is made of: sections of sentences, tables and figures, however it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

NUMBER_STARTS = frozenset("0123456789.+−–-<>[")


class Cell(Struct, frozen=True):
    """A cell of a table; that of a column of numbers is set flush right."""

    text: str
    numeric: bool


class Table(Struct, frozen=True):
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
    def of(cls, caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
        """Return a table of any sequences."""
        return cls(caption, tuple(header), tuple(tuple(row) for row in rows))

    def numeric(self) -> tuple[bool, ...]:
        """Return, for each column, whether it holds numbers only.

        Examples
        --------
        >>> Table.of("Accuracy", ("Level", "People", "Verdict"), [("1", ".934", "supported")]).numeric()
        (True, True, False)
        """
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.header)
        return tuple(all(cell[:1] in NUMBER_STARTS for cell in column) for column in columns)

    def header_cells(self) -> list[Cell]:
        """Return the names of the columns, set as their columns are."""
        return [Cell(*cell) for cell in zip(self.header, self.numeric(), strict=True)]

    def row_cells(self) -> list[list[Cell]]:
        """Return the rows, each cell with how its column is set."""
        numeric = self.numeric()
        return [[Cell(*cell) for cell in zip(row, numeric, strict=True)] for row in self.rows]


class Picture(Struct, frozen=True, omit_defaults=True):
    """A figure as SVG text, with the sentence below it.

    Attributes
    ----------
    name : unique in the report; part of an address and a file name
    caption : what is shown
    svg : the drawing; "" where it is stored apart
    """

    name: str
    caption: str
    svg: str = ""

    @property
    def description(self) -> str:
        """The text for readers who do not see the figure."""
        return f"{self.caption} The numbers are in the table below."


class Section(Struct, frozen=True):
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


class Document(Struct, frozen=True):
    """A whole report.

    Attributes
    ----------
    title : of the report
    headline : the answer in one sentence
    banner : what must not be overlooked, such as that the people were simulated; empty where there is nothing
    sections : in reading order
    """

    title: str
    headline: str
    banner: str
    sections: tuple[Section, ...]
