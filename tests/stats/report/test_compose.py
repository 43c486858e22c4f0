"""The report says what was asked, what was found, and what it rests on."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace
from scipy import stats

from stats.apa import interval, p_cell, p_value, share, t_test, threshold
from stats.report import basis, check_sections
from stats.report.blocks import Document, Section
from stats.report.compose import all_warnings, compose
from stats.report.content import Check, Source
from stats.report.finding import Finding
from stats.report.level_results import t_statistic
from stats.report.level_tables import level_table
from stats.report.plain import to_text
from stats.secondary.material import Looks
from tests.stats.report.studies import source


def text_of(document: Document) -> str:
    return " ".join(" ".join(section.paragraphs) for section in document.sections)


def titled(document: Document, title: str) -> Section:
    (section,) = [section for section in document.sections if section.title == title]
    return section


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "tested"), [("human", 0.85), ("machine", 0.75)])
def test_every_level_has_estimate_interval_t_df_p_and_sizes(
    written: Source, kind: str, tested: float
) -> None:
    text = text_of(compose(written))
    for level in written.outcome.levels:
        side = getattr(level, kind)
        t = t_statistic(side.estimate, side.se, tested)
        assert (
            f"{side.n_items} photos, {side.n_trials} trials): accuracy {share(side.estimate)} (classes "
            f"weighing the same), 95 % CI {interval(side.ci_low, side.ci_high)}; against "
            f"{threshold(tested)}: {t_test(t, side.df)}, p {p_value(side.p)}"
        ) in text


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "tested", "tail"), [("human", 0.85, stats.t.sf), ("machine", 0.75, stats.t.cdf)]
)
def test_the_printed_t_gives_the_p_of_the_result(
    written: Source, kind: str, tested: float, tail: stats.rv_continuous
) -> None:
    for level in written.outcome.levels:
        side = getattr(level, kind)
        t = t_statistic(side.estimate, side.se, tested)
        assert tail(t, side.df) == pytest.approx(side.p, rel=1e-9)


@pytest.mark.thorough
def test_headline_methods_and_conditions_are_stated(written: Source) -> None:
    document = compose(written)
    assert document.headline == "Sweet spot supported at level 1; refuted at level 0, 2."
    text = text_of(document)
    assert "human accuracy is at or below the floor of .85" in text
    assert "lower confidence bound of the attacker on uncropped photos had to exceed .80" in text
    assert "4 networks per level" in text
    assert "Crops were cut by networks that saw other photos." in text


@pytest.mark.thorough
def test_supported_levels_stand_out_in_the_table(written: Source) -> None:
    rows = level_table(written).body_rows()
    assert [row.emphasised for row in rows] == [False, True, False]


@pytest.mark.thorough
def test_the_area_cut_away_is_a_column_where_it_is_known(written: Source) -> None:
    cut = replace(written, facts=replace(written.facts, cut_away={0.0: 0.0, 1.0: 0.36, 2.0: 0.75}))
    assert [row[1] for row in level_table(cut).rows] == [".00", ".36", ".75"]
    assert "Cut away" not in level_table(written).header


@pytest.mark.thorough
def test_every_finding_is_a_section(written: Source) -> None:
    titles = [section.title for section in compose(written).sections]
    assert set(titles) >= {finding.title for finding in written.findings}


@pytest.mark.thorough
def test_robots_are_marked_at_the_top_and_in_every_sentence() -> None:
    document = compose(source("simulated"))
    assert document.banner.startswith("SIMULATED")
    text = text_of(document)
    assert text.count("Simulated people (n = 20 simulated people") == 3
    assert "simulated people still recognise" in text


@pytest.mark.thorough
def test_people_get_no_banner(written: Source) -> None:
    assert compose(written).banner == ""


@pytest.mark.thorough
def test_checks_become_sections_and_a_concern_a_warning(written: Source) -> None:
    numbers = {"gain": {"estimate": 0.051, "low": 0.02}}
    title, answer = "Can the machine still improve?", "It can still improve."
    curve = Check("curve-1", title, answer, True, numbers, written.figures["accuracy"])
    checked = replace(written, checks=(curve,))
    assert answer in all_warnings(checked)
    section = titled(compose(checked), title)
    assert section.paragraphs == (answer,)
    assert ("gain: estimate", ".051") in section.tables[0].rows
    assert section.pictures[0].svg == written.figures["accuracy"]
    assert checked.to_dict()["checks"]["curve-1"] == {**numbers, "says": answer, "concern": True}


@pytest.mark.thorough
def test_a_concern_that_a_caution_states_already_is_not_repeated(written: Source) -> None:
    answer, caution = "It can still improve.", "Level 1: It can still improve."
    checked = replace(written, checks=(Check("c", "C", answer, True),), cautions=(caution,))
    assert caution in all_warnings(checked)
    assert answer not in all_warnings(checked)


def test_numbers_of_a_check_are_printed_like_all_others() -> None:
    numbers = {
        "photos": 12345,
        "accuracy": {"estimate": 0.41237, "p": 3.5e-12},
        "sizes": [33.0, 60.5],
        "df": 10.144,
    }
    section = check_sections.section(Check("c", "Does it tell?", "", False, numbers, "<svg/>"))
    assert section.tables[0].rows == (
        ("photos", "12345"),
        ("accuracy: estimate", ".412"),
        ("accuracy: p", "< .001"),
        ("sizes", "33, 60.50"),
        ("df", "10.14"),
    )
    assert section.pictures[0].caption == "Does it tell?"


@pytest.mark.thorough
def test_unplanned_looks_stand_among_the_warnings() -> None:
    warnings = titled(compose(source(looks=Looks(2))), "Warnings").paragraphs
    assert any("2 analyses were run while the study still took people" in text for text in warnings)


@pytest.mark.thorough
def test_the_loss_gate_is_stated_as_the_hypothesis() -> None:
    lost = source(gate={"human_gate": "loss", "loss_delta": 0.155})
    text = text_of(compose(lost))
    loss = lost.outcome.levels[1].loss
    assert "people lose .155 or more of their accuracy against themselves" in text
    assert f"against a loss of .155: {t_test(loss.t, loss.t_df)}, p {p_value(loss.p)}" in text
    assert "against .85" not in text
    p_of_people = [row[4] for row in level_table(lost).rows]
    assert p_of_people == ["–", *(p_cell(level.loss.p) for level in lost.outcome.levels[1:])]


@pytest.mark.thorough
def test_an_analysis_that_was_not_possible_is_its_reason(written: Source) -> None:
    gap = Finding("gap", "Gap", reason="no photo was judged by both")
    text = to_text(compose(replace(written, findings=(gap,))).sections)
    assert "Not computed: no photo was judged by both." in text


@pytest.mark.thorough
def test_levels_with_other_numbers_of_networks_are_a_range(written: Source) -> None:
    first, *others = written.outcome.levels
    single = replace(first, machine=dataclasses.replace(first.machine, n_agents=1))
    outcome = replace(written.outcome, levels=(single, *others))
    conditions = basis.conditions(replace(written, outcome=outcome))
    assert "represented by 1 to 4 networks per level" in conditions.paragraphs[0]
