"""All machines of an analysis beside each other: page, files, report, and who may look."""

from __future__ import annotations

import csv
import re
from http import HTTPStatus

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from pipeline.actions.membership import invite
from pipeline.analysis.report_content import source_of
from pipeline.audit import entries_of
from pipeline.brought import pack_actions
from pipeline.brought.taking import Statement
from pipeline.exports.compared_rows import comparison_of
from pipeline.exports.files import FILES
from pipeline.models import Analysis, BroughtMachine
from stats.machine.comparison import PEOPLE, Comparison
from stats.report.compose import compose
from stats.report.html import to_html
from stats.report.paper.pdf import to_pdf
from stats.report.plain import document_text
from study.models import Role, Study
from tests.pipeline.brought.brought import Skill, filled, owner_of
from tests.pipeline.bundle.bundled import MODE, analysed_with, drafted_study
from tests.remembered import remembered
from tests.study.factories import NOW

pytestmark = pytest.mark.django_db
COST, PHOTOS = 0.004, 16  # a photo; photos of a class
SKILLS = {0: 1.0, 1: 0.75, 2: 0.5}
VLM, COPY = "vlm (zero-shot, from outside)", "copy (few-shot, from outside)"


def answers_of(study: Study, name: str, kind: str, *, tells: bool) -> None:
    """A machine from outside, which says or does not say what its answers took, and refuses some."""
    pack = pack_actions.freeze(owner_of(study), study)
    table = filled(pack, Skill(SKILLS))
    if tells:
        table = with_costs(table)
    pack_actions.send(owner_of(study), pack, table, Statement(name, kind))
    pack_actions.take(owner_of(study), BroughtMachine.objects.get(study=study, name=name))


def with_costs(table: bytes) -> bytes:
    """Add what every answer took; the last answer does not tell its cost."""
    header, *rows = table.decode().splitlines()
    lines = [f"{row},{0.5 + place % 10},{COST}" for place, row in enumerate(rows)]
    lines[-1] = lines[-1].removesuffix(str(COST))
    return "\n".join([f"{header},seconds,cost", *lines]).encode()


@pytest.fixture
@remembered
def analysis() -> Analysis:
    """Two seeds of a network trained through each level, a machine from outside, and a copy of that.

    People see every photo at some level, at least 20 at each: pairs of people and machines have kappas.
    """
    study = drafted_study(photos=PHOTOS * 3 // 2, trials_per_person=72, catch_share=0.05)
    answers_of(study, "vlm", "zero-shot", tells=True)
    answers_of(study, "copy", "few-shot", tells=False)
    return analysed_with(study, people=4)


def compared(analysis: Analysis) -> Comparison:
    comparison = comparison_of(analysis)
    assert comparison is not None
    return comparison


def address(analysis: Analysis, name: str, *more: object) -> str:
    return reverse(f"pipeline:{name}", args=[analysis.study.code, analysis.pk, *more])


def page(client: Client, analysis: Analysis) -> str:
    response = client.get(address(analysis, "machines"))
    assert response.status_code == HTTPStatus.OK
    return response.content.decode()


def rows_of(client: Client, analysis: Analysis, name: str) -> list[dict[str, str]]:
    response = client.get(address(analysis, "machines-file", name))
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(response.content.decode().splitlines()))


@pytest.mark.thorough
def test_the_page_shows_accuracy_first_then_tables_then_the_kappas(
    analysis: Analysis, admin_client: Client
) -> None:
    html = page(admin_client, analysis)
    figures = [address(analysis, "figure", name) for name in ("machines", "machine-pairs")]
    places = [html.index(figures[0]), html.index("Every machine: its kind of attack")]
    places += [html.index("Accuracy of every machine by level, and"), html.index(figures[1])]
    places += [html.index("Error consistency of all with all by level")]
    assert places == sorted(places)
    assert html.count("not told") >= 3 * 3, "the study's own networks, under two attacks, and the copy"
    for figure in figures:
        assert admin_client.get(figure)["Content-Type"] == "image/svg+xml"


@pytest.mark.thorough
def test_the_kappas_are_really_there_with_people_and_between_all_machines(analysis: Analysis) -> None:
    comparison = compared(analysis)
    for level in comparison.levels:
        copied = comparison.pair(level, VLM, COPY)
        assert copied is not None
        assert copied.kappa == (None if level == 0 else pytest.approx(1.0)), "at level 0 neither errs"
        with_people = comparison.pair(level, PEOPLE, "net (adaptive)")
        assert with_people is not None
        assert with_people.kappa is not None
        assert with_people.shared >= comparison.least_shared
    matrix = analysis.figures["machine-pairs"]
    assert len(re.findall(r">[+−]\.\d\d<|>\+1\.00<", matrix)) >= 12


@pytest.mark.thorough
def test_costs_and_times_are_those_of_the_table_that_was_taken(
    analysis: Analysis, admin_client: Client
) -> None:
    (vlm,) = (machine for machine in compared(analysis).machines if machine.label == VLM)
    timed = [
        answer
        for answer in BroughtMachine.objects.get(name="vlm").answers.filter(stimulus__item__split="test")
        if answer.seconds is not None
    ]
    assert len(timed) == vlm.took.answers == vlm.took.seconds_known == 3 * 3 * PHOTOS * 3 // 2
    assert vlm.took.cost_per_1000 == pytest.approx(1000 * COST)
    assert vlm.took.seconds_p95 == pytest.approx(np.quantile([answer.seconds for answer in timed], 0.95))
    lines = {
        (row["machine"], row["crop_level"]): row for row in rows_of(admin_client, analysis, "machines.csv")
    }
    whole = lines["vlm", ""]
    assert float(whole["cost_per_1000"]) == pytest.approx(1000 * COST)
    assert (whole["accuracy"], whole["answers"]) == ("", str(vlm.took.answers))
    assert {lines["copy", ""][name] for name in ("cost_per_1000", "seconds_median")} == {""}
    assert lines["copy", ""]["costs_known"] == "0"
    assert float(lines["vlm", "1"]["accuracy"]) == pytest.approx(0.75)


@pytest.mark.thorough
def test_the_files_hold_all_machines_and_pairs_and_go_with_the_dataset(
    analysis: Analysis, admin_client: Client
) -> None:
    comparison = compared(analysis)
    machines = rows_of(admin_client, analysis, "machines.csv")
    levels = sum(len(machine.levels) for machine in comparison.machines)
    assert len(machines) == len(comparison.people) + levels + len(comparison.machines)
    assert {(row["machine"], row["attack"], row["from_outside"]) for row in machines} == {
        ("people", "", ""),
        ("net", "adaptive", "0"),
        ("net", "transfer", "0"),
        ("vlm", "zero-shot", "1"),
        ("copy", "few-shot", "1"),
    }
    pairs = rows_of(admin_client, analysis, "machine_pairs.csv")
    assert len(pairs) == len(comparison.pairs)
    for name, rows in (("machines.csv", machines), ("machine_pairs.csv", pairs)):
        exported = "".join(FILES[name](analysis.version, MODE))
        assert list(csv.DictReader(exported.splitlines())) == rows
    assert entries_of(analysis.study).filter(change_message__contains="downloaded machine_pairs.csv").exists()


@pytest.mark.thorough
def test_page_report_pdf_and_text_are_one_document(analysis: Analysis, admin_client: Client) -> None:
    document = compose(source_of(analysis))
    (section,) = (each for each in document.sections if each.title == "Machines side by side")
    html, text = to_html(document), document_text(document)
    shown = page(admin_client, analysis)
    for table in section.tables:
        for cell in {cell for row in table.rows for cell in row}:
            assert cell in text
            assert cell in shown
            assert cell in html
    assert to_pdf(document, NOW).startswith(b"%PDF")
    report = admin_client.get(address(analysis, "report")).content.decode()
    assert address(analysis, "machines") in report
    desk = admin_client.get(reverse("pipeline:desk", args=[analysis.study.code])).content.decode()
    assert address(analysis, "machines") in desk


@pytest.mark.thorough
def test_predictions_hold_what_an_answer_took(analysis: Analysis) -> None:
    rows = list(csv.DictReader("".join(FILES["predictions.csv"](analysis.version, MODE)).splitlines()))
    of_vlm = [row for row in rows if row["agent_id"] == "vlm"]
    assert {row["answer_cost"] for row in of_vlm} == {str(COST), ""}
    assert {row["answer_seconds"] for row in rows if row["agent_id"] != "vlm"} == {""}
    assert min(float(row["answer_seconds"]) for row in of_vlm) == 0.5


@pytest.mark.thorough
def test_members_look_and_nobody_else_sees_that_it_exists(analysis: Analysis) -> None:
    study, users = analysis.study, get_user_model().objects
    invited = {"reader": Role.READER, "colleague": Role.COLLABORATOR}
    for name, role in invited.items():
        users.create_user(name, is_staff=True)
        invite(study.owner, study, name, role)
    study.owner.is_staff = True
    study.owner.save()
    users.create_user("stranger", is_staff=True)
    seen = {study.owner.username: 200, "reader": 200, "colleague": 200, "stranger": 404}
    for place in (address(analysis, "machines"), address(analysis, "machines-file", "machines.csv")):
        for name, status in seen.items():
            client = Client()
            client.force_login(users.get(username=name))
            assert client.get(place).status_code == status, (name, place)
        assert Client().get(place).status_code == HTTPStatus.FOUND
        client = Client()
        client.force_login(study.owner)
        assert client.post(place).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.thorough
def test_an_analysis_without_a_comparison_says_what_to_do(analysis: Analysis, admin_client: Client) -> None:
    analysis.secondary = {name: finding for name, finding in analysis.secondary.items() if name != "machines"}
    analysis.save()
    assert "Nothing to compare" in page(admin_client, analysis)
    for name in ("machines.csv", "others.csv"):
        assert admin_client.get(address(analysis, "machines-file", name)).status_code == HTTPStatus.NOT_FOUND
    assert "".join(FILES["machine_pairs.csv"](analysis.version, MODE)).count("\n") == 1
