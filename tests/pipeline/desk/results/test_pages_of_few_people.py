"""Two people and two networks: each page and file of their analysis is there and says what it cannot tell."""

from __future__ import annotations

import csv
import json
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.audit import entries_of
from pipeline.models import Analysis
from tests.pipeline.bundle.bundled import analysed_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis() -> Analysis:
    return analysed_study(people=2)


def address(analysis: Analysis, name: str, *more: object) -> str:
    return reverse(f"pipeline:{name}", args=[analysis.study.code, analysis.pk, *more])


def test_machines_stand_beside_each_other_and_what_nobody_told_is_not_told(
    analysis: Analysis, admin_client: Client
) -> None:
    html = admin_client.get(address(analysis, "machines")).content.decode()
    assert html.index("Every machine: its kind of attack") < html.index("Accuracy of every machine by level")
    assert html.index("Accuracy of every machine by level") < html.index("Error consistency of all with all")
    assert html.count("<td>not told</td>") == 2 * 3, (
        "cost, median and 95 % of two attacks by the study's own networks"
    )


def test_their_tables_are_taken_away_and_the_log_says_so(analysis: Analysis, admin_client: Client) -> None:
    table = admin_client.get(address(analysis, "machines-file", "machines.csv")).content.decode()
    rows = list(csv.DictReader(table.splitlines()))
    accuracies = {
        (row["machine"], row["attack"]): float(row["accuracy"]) for row in rows if row["crop_level"] == "1"
    }
    assert accuracies == pytest.approx(
        {("people", ""): 0.75, ("net", "adaptive"): 0.458, ("net", "transfer"): 0.958}, abs=1e-3
    )
    assert f"downloaded machines.csv of analysis {analysis.pk}" in [
        entry.change_message for entry in entries_of(analysis.study)
    ]
    unknown = address(analysis, "machines-file", "verdict.csv")
    assert admin_client.get(unknown).status_code == HTTPStatus.NOT_FOUND


def test_versions_and_attackers_stand_beside_each_other(analysis: Analysis, admin_client: Client) -> None:
    html = admin_client.get(reverse("pipeline:compare", args=[analysis.study.code])).content.decode()
    assert "attacker not competent" in html
    assert "the designs of these versions are the same" in html
    assert "2 seeds, counts at level 2" in html


@pytest.mark.parametrize("machine", ["3", "first"])
def test_a_gallery_of_a_machine_that_there_is_not_is_no_page(
    analysis: Analysis, admin_client: Client, machine: str
) -> None:
    gallery = address(analysis, "apart")
    assert "at least three people must have answered" in admin_client.get(gallery).content.decode()
    assert admin_client.get(gallery, {"machine": "2"}).status_code == HTTPStatus.OK
    assert admin_client.get(gallery, {"machine": machine}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("kind", ["html", "json"])
def test_the_report_is_taken_away_as_a_file_with_the_verdict_in_it(
    analysis: Analysis, admin_client: Client, kind: str
) -> None:
    answer = admin_client.get(address(analysis, "written", kind))
    assert answer["Content-Disposition"].endswith(f'-v1-live-report.{kind}"')
    if kind == "json":
        assert json.loads(answer.content)["verdict"]["assay"]["passed"] is False
    else:
        assert "attacker not competent" in answer.content.decode()


def test_the_report_is_read_on_its_page_with_the_figures_and_the_verdict_that_it_names(
    analysis: Analysis, admin_client: Client
) -> None:
    html = admin_client.get(address(analysis, "report")).content.decode()
    assert "attacker not competent" in html
    assert address(analysis, "apart") in html
    figure = next(name for name in analysis.figures if address(analysis, "figure", name) in html)
    picture = admin_client.get(address(analysis, "figure", figure))
    assert (picture["Content-Type"], picture.content[:5]) == ("image/svg+xml", b"<?xml")
    assert admin_client.get(address(analysis, "figure", "none")).status_code == HTTPStatus.NOT_FOUND
    assert json.loads(admin_client.get(address(analysis, "verdict")).content) == analysis.result
