"""Sections as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from stats.report.blocks import Section, Table


def to_text(sections: Iterable[Section]) -> str:
    """Return headings, sentences and aligned tables; figures are for files."""
    return "\n\n".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    heading = f"{section.title}\n{'=' * len(section.title)}"
    return "\n\n".join([heading, *section.paragraphs, *(_table(table) for table in section.tables)])


def _table(table: Table) -> str:
    lines = [table.header, *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(row)
        )
        for row in (list(zip(line, widths, strict=True)) for line in lines)
    ]
    rule = "-" * len(aligned[0])
    return "\n".join([table.caption, aligned[0].rstrip(), rule, *(line.rstrip() for line in aligned[1:])])
