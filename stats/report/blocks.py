"""What a report is made of: sections of sentences, tables and figures, however it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

BEHIND = "The tables of these figures, with every interval, are in the page (HTML) and its numbers (JSON)."
NUMBER_STARTS = frozenset("0123456789.+−–-<>[")


class Cell(Struct, frozen=True):
    """A cell of a table; in a column of numbers it is set flush right."""

    text: str
    numeric: bool


class Row(Struct, frozen=True):
    """A row of a table, as it is set."""

    cells: tuple[Cell, ...]
    emphasised: bool


class Table(Struct, frozen=True, omit_defaults=True):
    """A table, its numbers written out.

    Attributes
    ----------
    caption : what the rows are, and their unit
    header : (C,) names of the columns
    rows : (R, C) cells; the first of a row is its name
    emphasised : places of the rows that stand out, such as supported levels
    repeats : whether a figure of the section shows the same; paper leaves such a table out
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    emphasised: tuple[int, ...] = ()
    repeats: bool = False

    @classmethod
    def of(
        cls,
        caption: str,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        emphasised: Iterable[int] = (),
        *,
        repeats: bool = False,
    ) -> Table:
        """Return a table of any sequences."""
        cells = tuple(tuple(row) for row in rows)
        return cls(caption, tuple(header), cells, tuple(emphasised), repeats)

    def numeric(self) -> tuple[bool, ...]:
        """Return, for each column, whether it holds numbers only; the first column holds the rows' names.

        Examples
        --------
        >>> Table.of("Accuracy", ("Level", "People", "Verdict"), [("1", ".934", "supported")]).numeric()
        (False, True, False)
        """
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        return (False, *(all(cell[:1] in NUMBER_STARTS for cell in column) for column in columns[1:]))

    def header_row(self) -> Row:
        """Return the names of the columns, each set as its column is."""
        return Row(tuple(map(Cell, self.header, self.numeric())), emphasised=False)

    def body_rows(self) -> list[Row]:
        """Return the rows as they are set."""
        numeric = self.numeric()
        return [
            Row(tuple(map(Cell, row, numeric)), emphasised=place in self.emphasised)
            for place, row in enumerate(self.rows)
        ]


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

    def on_paper(self) -> Section:
        """Return the section without tables that repeat its figures; it says where their numbers are."""
        tables = tuple(table for table in self.tables if not table.repeats)
        if not self.pictures or len(tables) == len(self.tables):
            return self
        return replace(self, tables=tables, paragraphs=(*self.paragraphs, BEHIND))


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


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return sections whose figures and tables are numbered through, in reading order.

    A table that repeats a figure has no number of its own: it is not on paper.

    Examples
    --------
    >>> tables = (Table("Accuracy", ("Level",), ()), Table("Loss", ("Level",), ()))
    >>> (section,) = numbered([Section("Results", tables=tables, pictures=(Picture("a", "Curves."),))])
    >>> [block.caption for block in section.blocks()]
    ['Figure 1. Curves.', 'Table 1. Accuracy', 'Table 2. Loss']
    """
    figures, tables = count(1), count(1)
    return tuple(
        replace(
            section,
            pictures=tuple(
                replace(picture, caption=f"Figure {next(figures)}. {picture.caption}")
                for picture in section.pictures
            ),
            tables=tuple(
                table if table.repeats else replace(table, caption=f"Table {next(tables)}. {table.caption}")
                for table in section.tables
            ),
        )
        for section in sections
    )
