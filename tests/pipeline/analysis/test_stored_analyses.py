"""An analysis that release 0.1.0 stored still has its report, and stored values are read as types."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from pipeline.analysis.report_content import source_of
from pipeline.models import Analysis
from stats import StoredVerdictError
from tests.pipeline.analysis.stored_analyses import DRAWING, stored_analysis
from tests.stats.report.studies import pdf_text
from tests.study.factories import open_study_version

pytestmark = pytest.mark.django_db
STORED = Path(__file__).parent / "stored" / "analysis_of_0_1_0.json"


@pytest.fixture
def fields() -> dict[str, Any]:
    """What the database of 0.1.0 holds of an analysis of the demo, drawings and long lists left out."""
    stored = json.loads(STORED.read_text())
    return stored | {"figures": dict.fromkeys(stored["figures"], DRAWING)}


@pytest.fixture
def analysis(fields: dict[str, Any]) -> Analysis:
    return stored_analysis(open_study_version(), "simulated", **fields)


@pytest.mark.thorough
def test_its_page_and_its_files_are_printed(analysis: Analysis, admin_client: Client) -> None:
    place = [analysis.study.code, analysis.pk]
    page = unescape(admin_client.get(reverse("pipeline:report", args=place)).content.decode())
    html, pdf = (
        admin_client.get(reverse("pipeline:written", args=[*place, kind])).content for kind in ("html", "pdf")
    )
    on_screen = page, unescape(html.decode())
    for text in (*on_screen, pdf_text(pdf)):
        assert "Sweet spot supported at level 3; refuted at level 0, 1; inconclusive at level 2." in text
        assert "accuracy .912" in text
        assert "Error consistency" in text
    for text in on_screen:
        assert ".96 [.92, .98]" in text  # the first cell of the attack matrix; paper has its heat map alone


def test_its_numbers_are_those_that_were_stored(analysis: Analysis, fields: dict[str, Any]) -> None:
    numbers = json.loads(json.dumps(source_of(analysis).to_dict()))
    for name in ("levels", "sweet_levels", "sweet_levels_holm", "assay", "settings", "versions"):
        assert numbers["verdict"][name] == fields["result"][name]
    assert numbers["secondary"] == fields["secondary"]
    assert numbers["attack_matrix"]["trained"] == fields["attack_matrix"]["trained"]


def test_every_picture_of_the_page_is_delivered(analysis: Analysis, admin_client: Client) -> None:
    for name in analysis.figures:
        place = [analysis.study.code, analysis.pk, name]
        assert admin_client.get(reverse("pipeline:figure", args=place)).content.decode() == DRAWING
    missing = reverse("pipeline:figure", args=[analysis.study.code, analysis.pk, "nothing"])
    assert admin_client.get(missing).status_code == 404


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("field", "key", "error"),
    [
        ("result", "levels", StoredVerdictError),
        ("attack_matrix", "rows", msgspec.ValidationError),
    ],
)
def test_values_that_are_no_analysis_are_refused_by_their_place(
    fields: dict[str, Any], field: str, key: str, error: type[Exception]
) -> None:
    del fields[field][key]
    with pytest.raises(error, match=key):
        source_of(stored_analysis(open_study_version(), "simulated", **fields))
