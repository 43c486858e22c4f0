"""A document as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from stats.report.blocks import Document, Row, Section, Table

WIDTH = 110  # characters of a sentence's line; tables are as wide as they must be


def document_text(document: Document) -> str:
    """Return a whole document as text; figures are for files.

    Examples
    --------
    >>> print(document_text(Document("Verdict", "No sweet spot.", "", ())))
    =======
    Verdict
    =======
    <BLANKLINE>
    No sweet spot.
    """
    banner = [fill(document.banner, WIDTH)] if document.banner else []
    headline = fill(document.headline, WIDTH)
    sections = [to_text(document.sections)] if document.sections else []
    rule = "=" * len(document.title)
    return "\n\n".join([f"{rule}\n{document.title}\n{rule}", *banner, headline, *sections])


def to_text(sections: Iterable[Section]) -> str:
    """Return headings, sentences and aligned tables.

    Parameters
    ----------
    sections
        In reading order.

    Examples
    --------
    >>> table = Table.of("Gap by level", ("Level", "Gap"), [("1", "+.05")])
    >>> print(to_text([Section("Gap", tables=(table,))]))
    Gap
    ===
    <BLANKLINE>
    Gap by level
    Level   Gap
    -----------
    1      +.05
    """
    parts = [
        part
        for section in sections
        for part in (
            f"{section.title}\n{'=' * len(section.title)}",
            *(fill(paragraph, WIDTH) for paragraph in section.paragraphs),
            *map(_table, section.tables),
        )
    ]
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    lines = [table.header_row(), *table.body_rows()]
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    header, *rows = (_line(line, widths) for line in lines)
    return "\n".join([table.caption, header.rstrip(), "-" * len(header), *map(str.rstrip, rows)])


def _line(row: Row, widths: Sequence[int]) -> str:
    return "  ".join(
        cell.text.rjust(width) if cell.numeric else cell.text.ljust(width)
        for cell, width in zip(row.cells, widths, strict=True)
    )
