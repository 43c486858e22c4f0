"""What a reviewer gets on paper: numbered figures and tables, whole words, letters that can be read."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import pytest
from matplotlib.figure import Figure
from pypdf import PdfReader

from stats.figures import confusion_figure, svg
from stats.figures.style import WIDEST
from stats.psychophysics.confusion import confusions
from stats.report.blocks import BEHIND, Document, Picture, Section, Table, numbered
from stats.report.compose import compose
from stats.report.content import Source
from stats.report.html import to_html
from stats.report.paper.pdf import to_pdf
from tests.stats.report.studies import pdf_text, trials_of

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="90pt" viewBox="0 0 90 90"></svg>'


def document(*sections: Section) -> Document:
    return Document("Report", "ok", "", sections)


@pytest.mark.thorough
def test_figures_and_tables_of_a_report_are_numbered_through_in_reading_order(written: Source) -> None:
    blocks = [block for section in compose(written).sections for block in section.on_paper().blocks()]
    for kind, block_type in (("Figure", Picture), ("Table", Table)):
        numbers = [
            int(re.match(rf"{kind} (\d+)\. ", block.caption)[1])  # type: ignore[index]
            for block in blocks
            if isinstance(block, block_type)
        ]
        assert numbers[0] == 1
        assert all(later == earlier + 1 for earlier, later in pairwise(numbers)), kind


def test_paper_has_no_table_of_what_a_heat_map_shows_and_says_where_it_is() -> None:
    heat_map = Picture("map", "Answers.", SQUARE)
    repeated = Table.of("Answers", ("Class", "dunk"), [("shoot", ".25")], repeats=True)
    other = Table.of("Times", ("Level", "ms"), [("1", "612")])
    (section,) = numbered([Section("Confusions", (), (repeated, other), (heat_map,))])
    text = pdf_text(to_pdf(document(section)))
    assert ".25" not in text
    assert BEHIND in text
    assert "Table 1. Times" in text
    assert ".25" in to_html(document(section))


@pytest.mark.thorough
def test_a_table_without_its_figure_is_printed() -> None:
    table = Table.of("Answers", ("Class", "dunk"), [("shoot", ".25")], repeats=True)
    assert ".25" in pdf_text(to_pdf(document(Section("Confusions", (), (table,)))))


@pytest.mark.thorough
@pytest.mark.parametrize(("intervals", "numbers"), [(1, 2), (4, 4), (3, 5)])
def test_no_word_interval_or_number_of_a_table_is_broken(intervals: int, numbers: int) -> None:
    header = ("Observers", *["Interval"] * intervals, *["Expected"] * numbers, "n")
    row = ("machine-machine (different architectures)", *["[−.027, +.162]"] * intervals, *[".954"] * numbers)
    table = Table.of("Kappa", header, [(*row, "24 × 20")] * 3, emphasised=[0])
    text = pdf_text(to_pdf(document(Section("Consistency", (), (table,)))))
    assert text.count("Interval") == intervals
    assert text.count("Expected") == numbers
    assert text.count("[−.027, +.162]") == 3 * intervals
    assert text.count("24 × 20") == 3


@pytest.mark.thorough
def test_heat_maps_of_twelve_classes_fit_the_page_with_letters_of_eight_points() -> None:
    trials = trials_of()
    names = [f"class number {place}" for place in range(12)]
    number = trials["item_id"].str.removeprefix("photo").astype(int)
    trials = trials.assign(category=[names[place % 12] for place in number])
    drawn = svg(confusion_figure(confusions(trials.assign(response=trials["category"]))[0]))
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', drawn)[1])  # type: ignore[index]
    assert width <= 72 * WIDEST + 0.1
    assert min(float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)px", drawn)) >= 8


@pytest.mark.thorough
def test_a_figure_and_its_caption_stand_on_one_page() -> None:
    drawing = svg(Figure(figsize=(6, 4.4)))
    pictures = tuple(Picture(f"p{place}", f"Caption {place}.", drawing) for place in range(5))
    pages = PdfReader(io.BytesIO(to_pdf(document(Section("Figures", (), (), pictures))))).pages
    assert [page.extract_text().count("Caption") for page in pages] == [1, 2, 2]  # two fill a page
