"""A document as PDF: searchable text, sharp figures, the same bytes for the same document."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import msgspec
from fpdf import FPDF, FontFace
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

from stats.report.blocks import Document, Picture, Section, Table
from stats.report.upright_images import upright

FAMILY = "DejaVu Sans"  # also the family that the figures name: their text uses it too
MARGIN, FIGURE_WIDTH = 18.0, 150.0  # mm on A4
WIDTH_IN_POINTS, SCALE = re.compile(r'<svg[^>]* width="([\d.]+)pt"'), 0.29  # mm per pt
BODY, SMALL, LINE = 9.5, 7.5, 5.0  # pt, pt, mm
ROW, MOST_ROWS_TOGETHER = 5.2, 20  # mm with padding; shorter tables stand on one page
WIDEST, BOLD, PADDING = 70, 1.3, 1.5  # of a column, in letters; how much wider bold letters are
LACKING = (
    "The letters of this PDF lack {count} characters of the report ({numbers}), which show as empty boxes. "
    "The report as a page (HTML) and its numbers (JSON) have them all."
)
EMPHASIS = FontFace(emphasis="BOLD")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def to_pdf(document: Document, created: datetime = EPOCH) -> bytes:
    """Return a document as the bytes of a PDF file.

    Parameters
    ----------
    document
        From `compose`.
    created
        Date in the file's properties; fixed by default, so that equal documents are equal files.

    Examples
    --------
    >>> to_pdf(Document("Report", "No sweet spot: refuted at every level.", "", ()))[:5]
    b'%PDF-'
    """
    pdf = _Pages(document.title, created)
    pdf.heading(document.title, 16)
    lacking = pdf.lacking(document)
    if lacking:
        pdf.boxed(LACKING.format(count=len(lacking), numbers=", ".join(f"U+{ord(x):04X}" for x in lacking)))
    if document.banner:
        pdf.boxed(document.banner)
    pdf.sentence(document.headline, bold=True)
    for section in document.sections:
        pdf.section(section)
    return bytes(pdf.output())


class _Pages(FPDF):
    """Pages with the fonts of the figures, page numbers and the blocks of a document."""

    def __init__(self, title: str, created: datetime) -> None:
        super().__init__(format="A4")
        self.set_title(title)
        self.set_creator("Sweetspot")
        self.set_creation_date(created)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
        for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold"), ("I", "DejaVuSans-Oblique")):
            self.add_font(FAMILY, style, folder / f"{name}.ttf")
        self.add_page()

    def lacking(self, document: Document) -> list[str]:
        """Return the characters of a document that the font has no letter for, in the order of Unicode."""
        font = self.fonts[FAMILY.lower()]
        assert isinstance(font, TTFFont)  # as every font that is added from a file
        known = {chr(code) for code in font.cmap}
        characters = set(msgspec.json.encode(document).decode()) - known
        return sorted(character for character in characters if character.isprintable())

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FAMILY, size=SMALL)
        self.cell(0, LINE, f"{self.page_no()}", align="R")

    def heading(self, text: str, size: float) -> None:
        self.set_font(FAMILY, "B", size)
        self.multi_cell(0, size / 2, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def sentence(self, text: str, *, bold: bool = False) -> None:
        self.set_font(FAMILY, "B" if bold else "", BODY)
        self.multi_cell(0, LINE, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def boxed(self, text: str) -> None:
        self.set_font(FAMILY, "B", BODY)
        self.multi_cell(0, LINE + 1, text, border=1, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def section(self, section: Section) -> None:
        self.ln(3)
        if self.will_page_break(30):
            self.add_page()
        self.start_section(section.title)
        self.heading(section.title, 12)
        for text in section.paragraphs:
            self.sentence(text)
        for block in section.blocks():
            if isinstance(block, Table):
                self.rows(block)
            else:
                self.picture(block)

    def picture(self, picture: Picture) -> None:
        drawing = io.BytesIO(upright(picture.svg).encode())
        self.image(drawing, x=Align.C, w=_figure_width(picture.svg), alt_text=picture.caption)
        self._caption(picture.caption)

    def rows(self, table: Table) -> None:
        if self.will_page_break(ROW * (len(table.rows) + 3)) and len(table.rows) <= MOST_ROWS_TOGETHER:
            self.add_page()
        self._caption(table.caption)
        self.set_font(FAMILY, size=SMALL if len(table.header) < 10 else SMALL - 1.5)
        with self.table(
            align="LEFT",
            text_align=tuple("RIGHT" if numeric else "LEFT" for numeric in table.numeric()),
            col_widths=_widths(table),
            headings_style=EMPHASIS,
            borders_layout="SINGLE_TOP_LINE",
            line_height=4,
            padding=(0.6, 1.2),
        ) as printed:
            printed.row(table.header)
            for row in table.body_rows():
                printed.row([cell.text for cell in row.cells], style=EMPHASIS if row.emphasised else None)
        self.ln(3)

    def _caption(self, text: str) -> None:
        self.set_font(FAMILY, "I", SMALL)
        self.multi_cell(0, 4, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)


def _figure_width(svg: str) -> float:
    """Return a width in mm that keeps the letters of all figures equally large."""
    width = WIDTH_IN_POINTS.search(svg)
    return min(FIGURE_WIDTH, float(width[1]) * SCALE) if width else FIGURE_WIDTH


def _widths(table: Table) -> tuple[float, ...]:
    """Share the width by the longest cell of each column, within reason."""
    bold = [table.header, *(table.rows[place] for place in table.emphasised)]
    rows = [[1.0 * len(cell) for cell in row] for row in table.rows]
    rows += [[BOLD * len(cell) for cell in row] for row in bold]
    return tuple(min(max(4.0, *lengths), WIDEST) + PADDING for lengths in zip(*rows, strict=True))
