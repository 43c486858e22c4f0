"""The written report tells the numbers of the result, in HTML, in PDF and in JSON."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from scipy import stats

from stats import verdict
from stats.__main__ import main
from stats.apa import interval, p_cell, p_value, share, signed, t_test
from stats.commands.report_source import facts_of, source_of, stimuli_sha256
from stats.planning.simulated_studies import SEEDS, simulate
from stats.report import attacker, basis
from stats.report.blocks import Document, Picture, Section, Table
from stats.report.compose import all_warnings, compose
from stats.report.content import Check, Facts, Source
from stats.report.finding import Finding
from stats.report.html import to_html
from stats.report.level_results import results, t_statistic
from stats.report.pdf import to_pdf
from stats.report.plain import to_text
from stats.secondary import Looks, Material

FACTS = Facts(
    "Actions & <motion>",
    "2026-03-02 09:00",
    {"table": "ab" * 32},
    {"sweetspot": "0.1.0 (git 0123abc)"},
    {"floor": "0.85"},
    ("Crops were cut by networks that saw other photos.",),
)


def study(mode="live"):
    rng = np.random.default_rng(4)
    people = simulate([0.97, 0.95, 0.6], rng, n_agents=20, n_items=60)
    seeds = simulate(
        [0.97, 0.5, 0.4], rng, agent_type="model", n_agents=4, n_items=60, spread=SEEDS, crossed=True
    )
    trials = pd.concat([people.assign(mode=mode), seeds], ignore_index=True)
    return trials.assign(trained_through=trials["crop_level"].where(trials["agent_type"] == "model"))


def source(mode="live", **options):
    trials = study(mode)
    material = Material(trials, verdict(trials), resamples=100, consistency_resamples=20, **options)
    return source_of(material, FACTS)


@pytest.fixture(scope="module")
def written():
    return source()


@pytest.fixture(scope="module")
def page(written):
    return unescape(to_html(compose(written)))


@pytest.fixture(scope="module")
def pdf_text(written):
    return text_of(to_pdf(compose(written)))


def text_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("kind", ["human", "machine"])
def test_the_sentences_tell_estimate_interval_t_df_and_sizes_of_every_level(
    written, page, pdf_text, kind
) -> None:
    threshold = {"human": 0.85, "machine": 0.75}[kind]
    for level in written.result["levels"]:
        one = level[kind]
        t = t_statistic(one["estimate"], one["se"], threshold)
        sentence = (
            f"{one['n_items']} photos, {one['n_trials']} trials): accuracy {share(one['estimate'])} (classes "
            f"weighing the same), 95 % CI {interval(one['ci_low'], one['ci_high'])}; against "
            f"{share(threshold)[:3]}: "
            f"{t_test(t, one['df'])}, p {p_value(one['p'])}"
        )
        assert sentence in page
        assert sentence in pdf_text


@pytest.mark.parametrize("kind", ["human", "machine"])
def test_the_printed_t_gives_the_p_of_the_result(written, kind) -> None:
    for level in written.result["levels"]:
        one = level[kind]
        t = t_statistic(one["estimate"], one["se"], {"human": 0.85, "machine": 0.75}[kind])
        tail = stats.t.sf if kind == "human" else stats.t.cdf
        assert tail(t, one["df"]) == pytest.approx(one["p"], rel=1e-9)


def test_headline_methods_and_provenance_are_in_both(written, page, pdf_text) -> None:
    for text in (page, pdf_text):
        assert "Sweet spot supported at level 1" in text
        assert "human accuracy is at or below the floor of .85" in text
        assert "lower confidence bound of the attacker on uncropped photos had to exceed .80" in text
        assert "4 networks per level" in text
        assert "Crops were cut by networks that saw other photos." in text
        assert "0.1.0 (git 0123abc)" in text
    assert "ab" * 32 in page
    assert "ab" * 32 in pdf_text.replace(" ", "")


def test_every_finding_of_the_source_is_a_section(written, page, pdf_text) -> None:
    for finding in written.findings:
        assert finding.title in page
        assert finding.title in pdf_text
    gap = next(finding for finding in written.findings if finding.name == "gap")
    for one in gap.numbers.values():
        assert signed(one["estimate"]) in page
        assert signed(one["estimate"]) in pdf_text


def test_the_page_needs_nothing_else(written) -> None:
    html = to_html(compose(written))
    assert "Actions &amp; &lt;motion&gt;" in html
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert "<script" not in html
    assert html.count("<img") == len(re.findall("<figure", html)) >= 4


def test_the_attack_matrix_is_told(written, page, pdf_text) -> None:
    cell = written.matrix["rows"][1][1]
    told = f"{share(cell['estimate'])} {interval(cell['ci_low'], cell['ci_high'], 2)}"
    assert told in page
    assert told in pdf_text


def test_robots_are_marked_at_the_top_and_in_every_sentence() -> None:
    document = compose(source("simulated"))
    assert document.banner.startswith("SIMULATED")
    text = text_of(to_pdf(document))
    assert text.index("SIMULATED") < text.index("Results")
    assert text.count("Simulated people (n = 20 simulated people") == 3
    assert "simulated people still recognise" in text
    assert compose(source()).banner == ""


def test_checks_become_sections_and_a_concern_a_warning(written) -> None:
    curve = {"says": "It can still improve.", "concern": True, "gain": {"estimate": 0.051, "low": 0.02}}
    checked = Source(
        written.facts,
        written.result,
        written.findings,
        written.figures,
        written.matrix,
        (Check("curve-1", "Can the machine still improve?", curve, written.figures["accuracy"]),),
    )
    assert "It can still improve." in all_warnings(checked)
    (section,) = [
        part for part in compose(checked).sections if part.title == "Can the machine still improve?"
    ]
    assert ("gain: estimate", "0.051") in section.tables[0].rows
    assert section.pictures[0].svg == written.figures["accuracy"]
    assert checked.to_dict()["checks"]["curve-1"] == curve


def test_unplanned_looks_stand_among_the_warnings() -> None:
    (section,) = [part for part in compose(source(looks=Looks(2))).sections if part.title == "Warnings"]
    assert any("2 analyses were run while the study still took people" in text for text in section.paragraphs)


def test_the_loss_gate_is_told_as_the_hypothesis() -> None:
    trials = study()
    outcome = verdict(trials, human_gate="loss", loss_delta=0.15)
    material = Material(trials, outcome, resamples=100, consistency_resamples=20)
    text = to_text(compose(source_of(material, FACTS)).sections)
    loss = outcome.levels[1].loss
    assert "people lose .15 or more of their accuracy against themselves" in text
    assert f"against a loss of .15: {t_test(loss.t, loss.t_df)}, p {p_value(loss.p)}" in text
    assert "against .85" not in text
    rows = results(source_of(material, FACTS)).tables[0].rows
    assert [row[3] for row in rows] == ["–", *(p_cell(level.loss.p) for level in outcome.levels[1:])]


def test_an_analysis_that_was_not_possible_is_its_reason(written) -> None:
    reason = Finding("gap", "Gap", reason="no photo was judged by both")
    only = Source(written.facts, written.result, (reason,), written.figures)
    assert "Not computed: no photo was judged by both." in to_text(compose(only).sections)


def test_the_same_document_is_the_same_file(written) -> None:
    document = compose(written)
    assert to_pdf(document) == to_pdf(document)


def test_letters_of_many_languages_and_wide_tables_fit_the_page() -> None:
    table = Table.of("Größe φ ≤ κ", ("Класс", *map(str, range(16))), [("ποδόσφαιρο", *["0.123"] * 16)])
    document = Document("Zażółć", "ok", "", (Section("Τίτλος", ("≥ −",), (table,)),))
    text = text_of(to_pdf(document))
    assert all(word in text for word in ("Zażółć", "Τίτλος", "Größe φ ≤ κ", "ποδόσφαιρο", "≥ −"))


def test_pairs_of_figures_and_tables_stand_together() -> None:
    pictures = tuple(Picture(name, name, "<svg/>") for name in "ab")
    tables = tuple(Table.of(name, ("x",), [("1",)]) for name in "ab")
    paired = Section("t", (), tables, pictures).blocks()
    assert paired == (pictures[0], tables[0], pictures[1], tables[1])


def test_stimuli_have_one_hash_whatever_the_order_of_rows() -> None:
    trials = study().assign(stim_sha256=lambda rows: rows["item_id"] + "-pixels")
    first = stimuli_sha256(trials, None)
    assert first == stimuli_sha256(trials.sample(frac=1, random_state=1), None)
    other = trials.assign(stim_sha256=trials["stim_sha256"].replace({trials["stim_sha256"].iloc[0]: "x"}))
    assert first != stimuli_sha256(other, None)
    assert stimuli_sha256(study(), None) == ""


def test_files_of_one_name_keep_their_own_hash_and_time_says_its_zone(tmp_path, written) -> None:
    paths = [tmp_path / folder / "t.csv" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    trials = study()
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    facts = facts_of("x", list(map(str, paths)), Material(trials, verdict(trials)), now)
    assert len({facts.hashes[str(path)] for path in paths}) == 2
    assert facts.created == "2026-03-02 09:00 UTC"


def test_large_counts_are_written_out() -> None:
    section = attacker.checks(Source(FACTS, {}, (), {}, checks=(Check("c", "C", {"photos": 12345}),)))[0]
    assert section.tables[0].rows == (("photos", "12345"),)


def test_levels_with_other_numbers_of_networks_are_told_as_a_range(written) -> None:
    first, *others = written.result["levels"]
    fewer = first | {"machine": first["machine"] | {"n_agents": 1}}
    told = basis.conditions(replace(written, result=written.result | {"levels": [fewer, *others]}))
    assert "represented by 1 to 4 networks per level" in told.paragraphs[0]


def test_the_shell_writes_page_pdf_and_numbers(tmp_path, capsys) -> None:
    table, out = tmp_path / "trials.csv", tmp_path / "report"
    study().to_csv(table, index=False)
    assert main(["report", str(table), "--out", str(out), "--title", "My study", "--resamples", "100"]) == 0
    assert "Sweet spot supported at level 1" in capsys.readouterr().out
    numbers = json.loads((out / "report.json").read_text())
    estimate = numbers["verdict"]["levels"][1]["human"]["estimate"]
    assert share(estimate) in (out / "report.html").read_text()
    assert share(estimate) in text_of((out / "report.pdf").read_bytes())
    assert len(numbers["hashes"]["trials.csv"]) == 64
    assert set(numbers["secondary"]) >= {"gap", "curves", "consistency"}
    (tmp_path / "file").write_text("")
    assert main(["report", str(table), "--out", str(tmp_path / "file"), "--resamples", "50"]) == 2
    assert "choose another folder" in capsys.readouterr().err
