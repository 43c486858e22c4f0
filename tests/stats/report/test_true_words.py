"""Words claim no more than the table: level of training, seeds, macro averages, counts, reasons, axis.

The same sentences are looked for in HTML, PDF and text, which print one document.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from stats import verdict
from stats.planning.simulated_studies import simulate
from stats.report.compose import compose
from stats.report.content import Facts, Source
from stats.report.html import to_html
from stats.report.paper.pdf import to_pdf
from stats.report.plain import document_text
from stats.report.verdict_text import verdict_text
from stats.secondary.confusion_matrices import find as find_confusions
from stats.secondary.material import Material
from stats.secondary.psychometric_curves import find as find_curves

LEVELS = [0.96, 0.9, 0.7]


def people() -> pd.DataFrame:
    return simulate(LEVELS, np.random.default_rng(1), n_agents=6, n_items=60)


def networks() -> pd.DataFrame:
    return simulate(
        [0.95, 0.6, 0.5], np.random.default_rng(2), agent_type="model", n_agents=4, n_items=60, crossed=True
    )


def trained(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(trained_through=rows["crop_level"])


def of_architectures(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    number = rows["agent_id"].str.removeprefix("m").astype(int)
    return rows.assign(architecture=[names[place % len(names)] for place in number])


def printed(trials: pd.DataFrame, facts: Facts | None = None) -> list[str]:
    """The whole report of a table as HTML, PDF and text, with single spaces."""
    document = compose(Source(facts=facts or Facts(study="words"), outcome=verdict(trials)))
    pages = PdfReader(io.BytesIO(to_pdf(document, datetime(2026, 1, 1, tzinfo=UTC)))).pages
    html = unescape(re.sub(r"<[^>]+>", " ", to_html(document)))
    pdf = " ".join(page.extract_text() for page in pages)
    return [" ".join(text.split()) for text in (html, pdf, document_text(document))]


@pytest.mark.thorough
def test_a_network_is_trained_for_that_very_level_only_where_the_table_says_so() -> None:
    says, silent = pd.concat([people(), trained(networks())]), pd.concat([people(), networks()])
    for text in printed(says):
        assert "a network trained for that very level" in text
    for text in printed(silent):
        assert "very level" not in text
        assert "the table does not tell what levels it was trained for" in text


def test_one_row_that_does_not_say_its_training_is_enough_to_say_nothing() -> None:
    rows = trained(networks())
    rows.loc[rows.index[0], "trained_through"] = np.nan
    assert all("very level" not in text for text in printed(pd.concat([people(), rows])))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("says", "words"),
    [
        (1, "a network trained on crops of that level"),
        (0, "a network not trained on crops of that level"),
        (np.nan, "the machine (the table does not tell what levels it was trained for)"),
    ],
)
def test_whether_crops_of_a_level_were_trained_on_is_what_every_row_says(says: float, words: str) -> None:
    assert all(
        words in text for text in printed(pd.concat([people(), networks().assign(trained_on_level=says)]))
    )


@pytest.mark.thorough
def test_rows_that_differ_in_what_was_trained_on_say_nothing_together() -> None:
    rows = networks().assign(trained_on_level=1)
    rows.loc[rows.index[0], "trained_on_level"] = 0
    assert all("the table does not tell what" in text for text in printed(pd.concat([people(), rows])))


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("machine", "words", "never"),
    [
        (
            of_architectures(networks(), "vgg11", "resnet18"),
            "different architectures are no seeds",
            "new seeds",
        ),
        (of_architectures(networks(), "vgg11"), "training seeds of vgg11", "architectures ("),
        (networks(), "does not tell whether these are seeds of one architecture", "new seeds"),
    ],
    ids=["two", "one", "untold"],
)
def test_architectures_are_not_seeds(machine: pd.DataFrame, words: str, never: str) -> None:
    for text in printed(pd.concat([people(), machine])):
        assert words in text
        assert never not in text


@pytest.mark.thorough
def test_few_networks_are_called_seeds_only_where_they_are_of_one_architecture() -> None:
    two = networks().query("agent_id in ['m0', 'm1']")
    seeds = verdict(pd.concat([people(), of_architectures(two, "vgg11")])).warnings
    untold = verdict(pd.concat([people(), two])).warnings
    assert any("only 2 training seeds at level" in warning for warning in seeds)
    assert any("only 2 networks at level" in warning for warning in untold)
    assert not any("seed" in warning for warning in untold)


def test_every_output_counts_people_photos_networks_and_rows_left_out() -> None:
    trials = pd.concat([people(), networks()]).assign(block_type="test", response_status="answered")
    practice = trials.iloc[:7].assign(block_type="practice")
    text = " ".join(verdict_text(verdict(pd.concat([trials, practice]))).split())
    assert "6 people and 4 networks, 60 photos: 1080 trials were analysed" in text
    assert "left out: 7 practice or catch trials" in text
    assert "macro average: classes weigh the same" in text


@pytest.mark.thorough
def test_every_missing_half_and_every_missing_verdict_has_its_reason() -> None:
    nobody_light = people().query("crop_level > 0")
    text = " ".join(verdict_text(verdict(pd.concat([nobody_light, networks()]))).split())
    assert "No people were tested here." in text
    for trials in (people(), networks(), pd.concat([people(), networks().query("crop_level > 0")])):
        headline = verdict(trials).headline()
        assert re.fullmatch(r"no verdict: .{15,}", headline), headline


@pytest.mark.thorough
def test_what_is_cut_away_is_explained_where_it_is_printed() -> None:
    trials = pd.concat([people(), networks()])
    for text in printed(trials, Facts(study="words", cut_away={0: 0.0, 1: 0.4, 2: 0.8})):
        assert "cut away: mean share of the photo" in text
    placed = trials.assign(crop_fraction=trials["crop_level"] * 0.3)
    finding = find_curves(Material(placed, verdict(placed), resamples=50))
    assert any(
        "crop_fraction, 1 − area of the crop / area of the photo" in line for line in finding.paragraphs
    )


@pytest.mark.thorough
def test_a_class_that_nobody_saw_at_a_level_has_no_line() -> None:
    trials = pd.concat([people(), networks()], ignore_index=True)
    unseen = (trials["category"] == "dunk") & (trials["crop_level"] == 2)
    trials = trials.loc[~unseen].assign(response=trials["category"])
    answer = verdict(trials)
    lines = [line.split() for line in verdict_text(answer).splitlines() if line.strip().startswith("dunk")]
    assert [line[1] for line in lines] == ["0", "1"]
    tables = find_confusions(Material(trials, answer)).tables
    at_2 = next(table for table in tables if "people at level 2" in table.caption)
    assert [row[0] for row in at_2.rows] == ["dribble", "shoot"]
