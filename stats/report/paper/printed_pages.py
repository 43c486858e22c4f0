"""Pages of a PDF file: headings, sentences, tables and figures, one below the other."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import matplotlib as mpl
from fpdf import FPDF, FontFace
from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from stats.letters import OWN as FAMILY
from stats.letters import faces_for
from stats.report.blocks import Picture, Row, Section, Table
from stats.report.paper.figure_words import Words, set_apart
from stats.report.paper.page_layout import MARGIN, POINT, figure_size, needs_shaping, unbroken
from stats.report.paper.upright_images import upright

BODY, SMALL, LINE = 9.5, 8.0, 5.0  # pt, pt, mm
TABLE_SIZES = (SMALL, 7.5, 7.0, 6.5, 6.0)  # pt: the largest at which no word of a table is broken
ROW, MOST_ROWS_TOGETHER = 5.2, 20  # mm with padding; shorter tables stand on one page
PADDING = 1.2  # mm beside a cell
BASELINE = 0.8  # of the letters' size: how far below the top of a cell as high as they are fpdf2 sets them
EMPHASIS = FontFace(emphasis="BOLD")


class Pages(FPDF):
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

    def letter(self, letters: str) -> None:
        """Add the fonts that these letters need, and set words as their scripts ask for."""
        faces = faces_for(letters)
        for face in faces:
            self.add_font(face.family, "", face.path, collection_font_number=face.number)
        self.set_fallback_fonts([FAMILY, *(face.family for face in faces)], exact_match=False)
        if needs_shaping(letters):
            self.set_text_shaping(True, direction="ltr")

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
        height = self.multi_cell(0, LINE, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(height, float)  # as it is the one value that was asked for
        if self.will_page_break(height):
            self.add_page()  # no paragraph is torn
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
        for text in section.on_paper().paragraphs:
            self.sentence(text)
        for block in section.on_paper().blocks():
            if isinstance(block, Table):
                self.rows(block)
            else:
                self.picture(block)

    def picture(self, picture: Picture) -> None:
        drawing, words = set_apart(upright(picture.svg), needs_shaping)
        width, height, scale = figure_size(picture.svg)
        if self.will_page_break(height + 2 * LINE):
            self.add_page()  # a figure and its caption stand on one page
        top = self.y
        self.image(io.BytesIO(drawing.encode()), x=Align.C, w=width, alt_text=picture.caption)
        self.set_auto_page_break(False)
        for line in words:
            self._over_figure(line, (self.w - width) / 2, top, scale)
        self.set_auto_page_break(True, MARGIN)
        self.set_xy(self.l_margin, top + height)
        self._caption(picture.caption)

    def _over_figure(self, line: Words, left: float, top: float, scale: float) -> None:
        """Set a line of text of a figure; its corner is at (left, top), and its points measure `scale` mm."""
        self.set_font(FAMILY, size=line.size * scale / POINT)
        x, baseline = left + line.x * scale, top + line.y * scale
        width = self.get_string_width(line.text)
        with self.local_context(), self.rotation(-line.turn, x, baseline):
            self.set_xy(x - line.shift * width - self.c_margin, baseline - BASELINE * self.font_size)
            self.cell(width + 2 * self.c_margin, self.font_size, line.text)

    def rows(self, table: Table) -> None:
        if self.will_page_break(ROW * (len(table.rows) + 3)) and len(table.rows) <= MOST_ROWS_TOGETHER:
            self.add_page()
        self._caption(table.caption)
        widths = self._column_widths(table)
        with self.table(
            align="LEFT",
            text_align=tuple("RIGHT" if numeric else "LEFT" for numeric in table.numeric()),
            width=min(sum(widths), self.epw),
            col_widths=widths,
            headings_style=EMPHASIS,
            borders_layout="SINGLE_TOP_LINE",
            line_height=4,
            padding=(0.6, PADDING),
        ) as printed:
            printed.row(table.header)
            for row in table.body_rows():
                cells = [unbroken(cell) for cell in row.cells]
                printed.row(cells, style=EMPHASIS if row.emphasised else None)
        self.ln(3)

    def _column_widths(self, table: Table) -> tuple[float, ...]:
        """Choose the size of a table's letters, and return widths in mm that leave its words whole."""
        for size in TABLE_SIZES:
            least, whole = self._wanted_widths(table, size)
            if sum(least) <= self.epw:
                break
        spare, asked = self.epw - sum(least), sum(whole) - sum(least)
        share = min(1.0, max(0.0, spare / asked)) if asked > 0 else 0.0
        return tuple(low + share * (high - low) for low, high in zip(least, whole, strict=True))

    def _wanted_widths(self, table: Table, size: float) -> tuple[list[float], list[float]]:
        """Return the widths in mm that hold the longest word, and the longest cell, of each column."""
        least, whole = [0.0] * len(table.header), [0.0] * len(table.header)
        header = Row(table.header_row().cells, emphasised=True)
        for row in (header, *table.body_rows()):
            self.set_font(FAMILY, "B" if row.emphasised else "", size)
            for column, cell in enumerate(row.cells):
                text = cell.text if row is header else unbroken(cell)
                least[column] = max(least[column], *map(self._width, text.split(" ")))
                whole[column] = max(whole[column], self._width(text))
        self.set_font(FAMILY, "", size)
        return least, whole

    def _width(self, text: str) -> float:
        return self.get_string_width(text) + 2 * PADDING + 0.5

    def _caption(self, text: str) -> None:
        self.set_font(FAMILY, "I", SMALL)
        self.multi_cell(0, 4, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)
