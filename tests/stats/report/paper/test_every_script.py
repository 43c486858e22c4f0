"""Names in Chinese, Arabic and Devanagari stand in the PDF and its figures, which say if they cannot."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from stats.figures import attention_figure, confusion_figure, drawn, svg
from stats.figures.style import TALLEST
from stats.letters import faces_for, lacking
from stats.psychophysics.confusion import confusions
from stats.report.blocks import Document, Picture, Section, Table
from stats.report.paper.figure_words import set_apart
from stats.report.paper.pdf import to_pdf
from tests.stats.report.studies import pdf_text

CHINESE = ("跑步", "跳高", "游泳", "射箭", "举重", "乒乓球运动")
ARABIC = ("الجري", "السباحة", "رمي الرمح", "كرة السلة")
DEVANAGARI = ("दौड़ना", "तैराकी")
CLASSES = (*CHINESE, *ARABIC, *DEVANAGARI)


@pytest.fixture(autouse=True)
def _fonts() -> None:
    if lacking("".join(CLASSES)):
        pytest.skip("no font here has Chinese or Devanagari letters")


def twelve_classes() -> Document:
    """A report whose table, figures, captions and title name twelve classes in three scripts."""
    answers = pd.DataFrame(
        {"category": CLASSES * 4, "response": CLASSES * 4, "crop_level": 0, "item_id": "a"}
    )
    answers = answers.assign(
        agent_type="human", agent_id="p", correct=True, item_id=answers.index.map("photo{}".format)
    )
    heat_map = svg(confusion_figure(confusions(answers)[0]))
    attention = svg(attention_figure({name: np.eye(4) / 4 for name in CLASSES}))
    table = Table.of(
        "准确率 · الدقة", ("Class", "Level"), [(name, "1") for name in CLASSES], emphasised=range(4)
    )
    pictures = (
        Picture("answers", "Answers: 跑步, الجري.", heat_map),
        Picture("attention", "Attention.", attention),
    )
    sections = (
        Section("每个类别", (f"12 classes: {', '.join(CLASSES)}.",), (table,)),
        Section("图", (), (), pictures),
    )
    return Document("运动动作 · أفعال رياضية", "Sweet spot at level 1.", "", sections)


def test_every_name_stands_in_sentence_table_and_each_figure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="fpdf")
    text = pdf_text(to_pdf(twelve_classes()))
    for name in CLASSES:
        assert text.count(name) >= 4, (
            name
        )  # the sentence, the table, axes of the heat map, the attention figure
    for title in ("运动动作", "أفعال رياضية", "准确率", "الدقة", "每个类别", "Answers: 跑步, الجري."):
        assert title in text
    assert "No font" not in text
    assert not [record for record in caplog.records if "missing" in record.getMessage()]


@pytest.mark.thorough
def test_the_same_document_in_three_scripts_is_the_same_file() -> None:
    assert to_pdf(twelve_classes()) == to_pdf(twelve_classes())


@pytest.mark.thorough
def test_figures_as_files_have_every_letter() -> None:
    figure = Figure(figsize=(4, 2))
    figure.add_subplot().set_title(" ".join(CLASSES))
    for kind in ("svg", "png", "pdf"):
        assert drawn(figure, kind)  # a missing glyph is a warning, and here an error


def test_a_figure_in_plain_letters_names_no_further_font() -> None:
    figure = Figure()
    figure.add_subplot().set_title("Größe φ ≤ κ, Класс")
    assert faces_for("Größe φ ≤ κ, Класс") == ()
    assert "Noto" not in svg(figure)


def test_only_words_that_need_it_leave_a_figure() -> None:
    figure = Figure()
    figure.add_subplot().set_title("跑步")
    figure.axes[0].set_ylabel("accuracy")
    rest, words = set_apart(svg(figure), lambda text: bool(faces_for(text)))
    assert [line.text for line in words] == ["跑步"]
    assert "跑步" not in rest
    assert "accuracy" in rest


@pytest.mark.thorough
def test_the_attention_of_twelve_classes_fits_a_page() -> None:
    figure = attention_figure({name: np.eye(4) / 4 for name in CLASSES})
    assert figure.get_size_inches()[1] <= TALLEST


def test_a_letter_that_no_font_has_is_said_in_the_pdf_and_in_words() -> None:
    nobodys = chr(0xE123)  # of Unicode's private use: no font gives it a meaning
    assert lacking(f"a{nobodys}") == [nobodys]
    text = pdf_text(to_pdf(Document("Report", f"Class {nobodys}.", "", ())))
    assert "No font of the computer that made this PDF has 1 characters of the report (U+E123)" in text
    assert "Install a font" in text
    assert "No font" not in pdf_text(to_pdf(Document("Report", "Größe φ ≤ κ", "", ())))
