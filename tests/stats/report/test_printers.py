"""A document as HTML, as PDF and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

import pytest

from stats.report.blocks import Document, Picture, Section, Table
from stats.report.compose import compose
from stats.report.content import Source
from stats.report.html import to_html
from stats.report.paper.pdf import to_pdf
from stats.report.plain import document_text
from tests.stats.report.studies import pdf_text


@pytest.mark.thorough
def test_the_page_needs_nothing_else(written: Source) -> None:
    html = to_html(compose(written))
    assert "Actions &amp; &lt;motion&gt;" in html
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert "<script" not in html
    assert html.count("<img") == len(re.findall("<figure", html)) >= 4


@pytest.mark.thorough
def test_every_sentence_and_cell_is_in_every_print(written: Source) -> None:
    document = compose(written)
    prints = {
        "html": unescape(to_html(document)),
        "pdf": pdf_text(to_pdf(document)).replace(" ", ""),
        "text": document_text(document).replace("\n", " "),
    }
    on_paper = cells_of(section.on_paper() for section in document.sections)
    cells = cells_of(document.sections)
    sentences = {text for section in document.sections for text in section.paragraphs}
    for part in {document.title, document.headline} | cells | sentences:
        assert part in prints["html"]
        assert part in prints["text"]
    for part in {document.title, document.headline} | on_paper | sentences:
        assert part.replace(" ", "") in prints["pdf"]


def cells_of(sections: Iterable[Section]) -> set[str]:
    return {cell for section in sections for table in section.tables for row in table.rows for cell in row}


@pytest.mark.thorough
def test_a_supported_level_stands_out_in_html(written: Source) -> None:
    html = to_html(compose(written))
    assert '<tr class="emphasised"><th scope="row">1</th>' in html


@pytest.mark.thorough
def test_the_same_document_is_the_same_file(written: Source) -> None:
    document = compose(written)
    assert to_pdf(document) == to_pdf(document)


@pytest.mark.thorough
def test_letters_of_many_languages_and_wide_tables_fit_the_page() -> None:
    table = Table.of("Größe φ ≤ κ", ("Класс", *map(str, range(16))), [("ποδόσφαιρο", *["0.123"] * 16)])
    document = Document("Zażółć", "ok", "", (Section("Τίτλος", ("≥ −",), (table,)),))
    text = pdf_text(to_pdf(document))
    assert all(word in text for word in ("Zażółć", "Τίτλος", "Größe φ ≤ κ", "ποδόσφαιρο", "≥ −"))


def test_text_sets_names_left_and_numbers_right() -> None:
    table = Table.of("Accuracy", ("Level", "People"), [("1", ".934"), ("heavy", "–")])
    lines = document_text(Document("T", "H.", "", (Section("S", (), (table,)),))).splitlines()
    assert lines[-4:] == ["Level  People", "-------------", "1        .934", "heavy       –"]


def test_pairs_of_figures_and_tables_stand_together() -> None:
    pictures = tuple(Picture(name, name, "<svg/>") for name in "ab")
    tables = tuple(Table.of(name, ("x",), [("1",)]) for name in "ab")
    paired = Section("t", (), tables, pictures).blocks()
    assert paired == (pictures[0], tables[0], pictures[1], tables[1])
