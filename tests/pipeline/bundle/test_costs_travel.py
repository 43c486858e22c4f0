"""What a machine's answers cost and how long they took is known on another installation as at the origin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pipeline.bundle.import_bundle import import_bundle
from pipeline.bundle.opened_bundle import opened
from pipeline.desk.results.side_by_side_page import section_of
from pipeline.models import Analysis, BroughtAnswer
from stats.machine.comparison import Took
from stats.secondary.machines.comparison_tables import NOT_TOLD
from study.models import Study
from tests.pipeline.bundle.bundled import analysed, bundle_file
from tests.pipeline.bundle.test_refusals import remove
from tests.pipeline.desk.results.test_side_by_side import COST, analysis, compared, page

__all__ = ["analysis"]
pytestmark = pytest.mark.django_db
Cells = tuple[str, ...]


def imported(study: Study, owner: Any, folder: Path) -> Study:
    """Return the study as its bundle brings it back, once it is no longer here."""
    bundle = bundle_file(study, folder)
    remove(study)
    assert not BroughtAnswer.objects.exists()
    with bundle.open("rb") as file, opened(file) as whole:
        return import_bundle(whole, owner)


def took(analysis: Analysis) -> dict[str, Took]:
    return {machine.label: machine.took for machine in compared(analysis).machines}


def printed(analysis: Analysis) -> dict[str, Cells]:
    """What the page says of each machine: cost of 1,000 photos, median and 95th percentile of the seconds."""
    section = section_of(analysis)
    assert section is not None
    return {row[0]: tuple(row[-3:]) for row in section.tables[0].rows}


@pytest.mark.thorough
def test_cost_and_latency_of_a_machine_travel_with_its_answers(
    analysis: Analysis, admin_client: Client, admin_user: Any, tmp_path: Path
) -> None:
    before, cells = took(analysis), printed(analysis)
    study = imported(analysis.study, admin_user, tmp_path)
    there = study.analyses.get()
    (priced,) = (row for row in cells.values() if NOT_TOLD not in row)
    assert priced[0].startswith(f"{1000 * COST:.2f}")
    assert list(cells.values()).count((NOT_TOLD,) * 3) == len(cells) - 1, "others never said what they took"
    for known in (there, analysed(study)):  # as it came, and made anew of the answers that came
        assert took(known) == before
        assert printed(known) == cells
        html = page(admin_client, known)
        assert all(cell in html for cell in priced)
    assert study.analyses.count() == 2, "the second is another one"
