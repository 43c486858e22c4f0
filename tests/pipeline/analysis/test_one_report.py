"""One report: the desk's page, HTML, PDF and the shell print the same headline, numbers and values of p."""

from __future__ import annotations

import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from pipeline.analysis.report_facts import facts_of
from pipeline.models import Analysis
from stats import Verdict, verdict
from stats.__main__ import main
from stats.apa import share
from stats.figures import accuracy_figure
from tests.pipeline.analysis.stored_analyses import DRAWING, stored_analysis
from tests.stats.tables import block, table
from tests.study.factories import open_study_version

pytestmark = pytest.mark.django_db
PEOPLE, NETWORKS, PHOTOS = 20, 5, 40
NUMBER = re.compile(r"[−+]?\d*\.\d+")
P = re.compile(r"\bp ([<>=] \.\d+)")

# By case: wrong answers of people and of networks at every level (None: not tested), and the headline.
CASES = {
    "supported": ([(4, 5), (8, 90)], "Sweet spot supported at level 1; refuted at level 0."),
    "refuted": ([(4, 5), (8, 6)], "No sweet spot: refuted at every level."),
    "inconclusive": (
        [(4, 5), (100, 40)],
        "No sweet spot supported: refuted at level 0; inconclusive at level 1.",
    ),
    "mixed": (
        [(4, 5), (8, 90), (100, 90), (500, 120)],
        "Sweet spot supported at level 1; refuted at level 0, 3; inconclusive at level 2.",
    ),
    "not competent": (
        [(4, 100), (8, 90)],
        "No verdict: attacker not competent (lower bound .356 on uncropped photos does not exceed competence "
        ".80).",
    ),
    "no machine": (
        [(4, None), (8, None)],
        "No verdict: no machine was tested.",
    ),
    "machine on crops alone": (
        [(4, None), (8, 90)],
        "No verdict: no machine trials at level 0 (uncropped), so the attacker's competence is not shown.",
    ),
    "tiny p": ([(4, 5), (68, 90)], "Sweet spot supported at level 1; refuted at level 0."),
}


class Text(HTMLParser):
    """The words of one element of a page."""

    def __init__(self, element: str) -> None:
        super().__init__()
        self.element, self.inside, self.words = element, False, []

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.inside = self.inside or tag == self.element

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != self.element

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.words.append(data)


def words(page: str, element: str) -> str:
    parser = Text(element)
    parser.feed(page)
    return " ".join(" ".join(parser.words).split())


def trials_of(wrong: list[tuple[int | None, int | None]]) -> pd.DataFrame:
    return table(
        *(
            block(kind, agents, PHOTOS, number, level)
            for level, pair in enumerate(wrong)
            for kind, agents, number in zip(("human", "model"), (PEOPLE, NETWORKS), pair, strict=True)
            if number is not None
        )
    )


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, Verdict, str]:
    """Trials, their verdict, and the headline that every report must have."""
    wrong, headline = CASES[request.param]
    trials = trials_of(wrong)
    return trials, verdict(trials), headline


def printed(client: Client, analysis: Analysis) -> dict[str, str]:
    """The text of an analysis' report on the page, in HTML and in PDF."""
    place = [analysis.study.code, analysis.pk]
    page = client.get(reverse("pipeline:report", args=place)).content.decode()
    html, pdf = (
        client.get(reverse("pipeline:written", args=[*place, kind])).content for kind in ("html", "pdf")
    )
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return {
        "page": words(page, "article"),
        "html": words(html.decode(), "main"),
        "pdf": " ".join(pages.split()),
    }


def shell(trials: pd.DataFrame, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `python -m stats verdict` prints of the same trials."""
    path = folder / "trials.csv"
    trials.to_csv(path, index=False)
    assert main(["verdict", str(path)]) == 0
    return " ".join(capsys.readouterr().out.split())


def results_of(text: str) -> str:
    """The results and the classes; what lies around them differs, as a shell knows less of the study."""
    start = text.index(" Question: ")  # the page has a list of its sections before it
    results = text[start : text.index(" Warnings ", start)]
    classes = re.search(r"Accuracy within each class.*?(?= What the results | Attack matrix |$)", text)
    assert classes
    return f"{results} {classes[0]}"


@pytest.mark.thorough
def test_page_html_and_pdf_print_the_same_report(
    case: tuple[pd.DataFrame, Verdict, str], admin_client: Client
) -> None:
    _, outcome, headline = case
    texts = printed(admin_client, stored_verdict(outcome))
    for name, text in texts.items():
        assert headline in text, name
    numbers = {name: NUMBER.findall(text) for name, text in texts.items()}
    assert numbers["page"] == numbers["html"] == numbers["pdf"]
    values_of_p = {name: P.findall(text) for name, text in texts.items()}
    assert values_of_p["page"] == values_of_p["html"] == values_of_p["pdf"]


@pytest.mark.thorough
def test_the_shell_prints_the_results_of_the_page(
    case: tuple[pd.DataFrame, Verdict, str],
    admin_client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trials, outcome, headline = case
    analysis = stored_verdict(outcome)
    page, terminal = printed(admin_client, analysis)["page"], shell(trials, tmp_path, capsys)
    assert headline in terminal
    assert P.findall(results_of(page)) == P.findall(results_of(terminal)) != []
    numbers = [Counter(NUMBER.findall(results_of(text))) for text in (page, terminal)]
    assert numbers[1] - numbers[0] == Counter()
    cut_away = facts_of(analysis).cut_away  # which the table of trials does not tell
    levels = [level.crop_level for level in outcome.levels]
    assert numbers[0] - numbers[1] == Counter(
        share(cut_away[level], 2) for level in levels if level in cut_away
    )


def stored_verdict(outcome: Verdict) -> Analysis:
    fields = {"result": outcome.to_dict(), "figures": {"accuracy": DRAWING}}
    return stored_analysis(open_study_version(), **fields)


@pytest.mark.sampled
def test_the_figure_and_the_stored_verdict_have_the_headline_of_the_report(
    case: tuple[pd.DataFrame, Verdict, str],
) -> None:
    _, outcome, headline = case
    title = accuracy_figure(outcome).axes[0].get_title("left")
    assert " ".join(title.split()) == headline
    stored = outcome.to_dict()["verdict"]
    assert f"{stored[:1].upper()}{stored[1:]}." == headline


@pytest.mark.parametrize("name", [name for name in CASES if name != "tiny p"])
def test_refuted_is_never_printed_as_not_shown(name: str) -> None:
    wrong, headline = CASES[name]
    refuted = [level for level in verdict(trials_of(wrong)).levels if level.verdict == "refuted"]
    if refuted and not headline.startswith("No verdict"):
        assert "refuted" in headline
        assert "shown" not in headline


@pytest.mark.thorough
def test_a_tiny_p_is_never_printed_with_more_digits(admin_client: Client) -> None:
    wrong, _ = CASES["tiny p"]
    outcome = verdict(trials_of(wrong))
    assert 1e-4 < outcome.levels[1].human.p < 0.001
    for text in printed(admin_client, stored_verdict(outcome)).values():
        assert "0.0003" not in text
        assert "p < .001" in text
