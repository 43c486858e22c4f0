"""A document as one HTML page that needs nothing else and prints well."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from stats.report.blocks import Cell, Document, Picture, Row, Section, Table

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #bbb; }
.headline { font-size: 1.15rem; font-weight: 600; }
.banner { border: 3px solid #9c2f00; padding: .6rem 1rem; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-style: italic; padding-bottom: .3rem; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: left; overflow-wrap: anywhere; }
.number { text-align: right; }
thead th { border-bottom: 2px solid #333; }
.emphasised > * { background: #dff0e3; }
figure { margin: 1.2rem 0; } figure img { max-width: 100%; height: auto; }
figcaption { font-style: italic; font-size: .9rem; }
@page { margin: 18mm; }
@media print { body { font-size: 10pt; margin: 0; max-width: none; } table, figure { break-inside: avoid; }
  .scroll { overflow: visible; } h2 { break-after: avoid; } }
"""


def to_html(document: Document) -> str:
    """Return a document as a page that holds its figures and its style.

    Examples
    --------
    >>> page = to_html(Document("Report", "No sweet spot: refuted at every level.", "", ()))
    >>> '<p class="headline">No sweet spot: refuted at every level.</p>' in page
    True
    """
    banner = f'<p class="banner" role="note">{escape(document.banner)}</p>' if document.banner else ""
    sections = "\n".join(_section(section) for section in document.sections)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(document.title)}</h1>\n{banner}\n<p class="headline">{escape(document.headline)}</p>\n'
        f"{sections}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>", *(f"<p>{escape(text)}</p>" for text in section.paragraphs)]
    parts += [_table(block) if isinstance(block, Table) else _picture(block) for block in section.blocks()]
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _table(table: Table) -> str:
    head = "".join(_cell("th", cell, ' scope="col"') for cell in table.header_row().cells)
    rows = "\n".join(map(_row, table.body_rows()))
    caption = f"<caption>{escape(table.caption)}</caption>"
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>\n'
        f"{rows}\n</tbody></table></div>"
    )


def _row(row: Row) -> str:
    name, *cells = row.cells
    emphasis = ' class="emphasised"' if row.emphasised else ""
    heading, others = _cell("th", name, ' scope="row"'), "".join(_cell("td", cell) for cell in cells)
    return f"<tr{emphasis}>{heading}{others}</tr>"


def _cell(tag: str, cell: Cell, attributes: str = "") -> str:
    number = ' class="number"' if cell.numeric else ""
    return f"<{tag}{attributes}{number}>{escape(cell.text)}</{tag}>"


def _picture(picture: Picture) -> str:
    """Embed the figure as an image: two SVG files in one page would share the names of their parts."""
    data = b64encode(picture.svg.encode()).decode()
    alt, caption = escape(picture.description), escape(picture.caption)
    return (
        f'<figure id="{escape(picture.name)}"><img src="data:image/svg+xml;base64,{data}" '
        f'alt="{alt}"><figcaption>{caption}</figcaption></figure>'
    )
