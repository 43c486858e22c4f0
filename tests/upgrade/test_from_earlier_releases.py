"""A site of every earlier release is upgraded with its data: nothing is lost, and everybody goes on."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.pipeline.bundle.postgres import running_postgres
from tests.upgrade.release import Release, releases, run_on_site

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", params=releases(), ids=lambda release: release.version)
def release(request: pytest.FixtureRequest) -> Release:
    chosen: Release = request.param
    return chosen


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def upgraded(
    request: pytest.FixtureRequest, release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """What the site says after its migrations."""
    var = tmp_path_factory.mktemp("var")
    if request.param == "sqlite":
        yield _upgrade(release, var)
        return
    with running_postgres() as database:
        yield _upgrade(release, var, database)


def _upgrade(release: Release, var: Path, database: str = "") -> dict[str, Any]:
    release.lay_out(var, database)
    run_on_site(["manage.py", "migrate", "--verbosity", "0"], var, database)
    printed = run_on_site(["-m", "tests.upgrade.upgraded_site", str(release.folder)], var, database)
    answer: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return answer


def test_every_page_that_shows_old_rows_opens(upgraded: dict[str, Any]) -> None:
    assert {page: status for page, status in upgraded["pages"].items() if status != 200} == {}


def test_every_answer_is_exported_as_before(release: Release, upgraded: dict[str, Any]) -> None:
    before, after = _rows(release.trials()), _rows(upgraded["trials"])
    assert len(before) > 300
    assert before.keys() == after.keys()
    assert before == {
        name: {column: row[column] for column in before[name]} for name, row in after.items()
    }, "columns may come, but none may change or go"


def _rows(table: str) -> dict[str, dict[str, str]]:
    return {row["row_id"]: row for row in csv.DictReader(io.StringIO(table))}


def test_a_stored_analysis_says_what_it_said(release: Release, upgraded: dict[str, Any]) -> None:
    expected, stored = release.expected(), upgraded["stored"]
    assert stored["verdict"] == expected["verdict"]
    assert stored["levels"] == expected["levels"]


def test_the_frozen_version_keeps_its_hash(release: Release, upgraded: dict[str, Any]) -> None:
    hashes = {row["config_hash"] for row in _rows(release.trials()).values()}
    assert hashes == {upgraded["stored"]["config_hash"]}


def test_the_same_answers_give_the_same_accuracies(release: Release, upgraded: dict[str, Any]) -> None:
    for before, after in zip(release.expected()["levels"], upgraded["analysed_anew"], strict=True):
        assert after == pytest.approx(before)


def test_somebody_half_way_goes_on_to_the_end(release: Release, upgraded: dict[str, Any]) -> None:
    expected = release.expected()
    assert upgraded["finished"] == {
        "before": expected["answered_half_way"],
        "after": expected["trials_half_way"],
        "trials": expected["trials_half_way"],
        "status": "completed",
    }


def test_who_withdrew_stays_erased(upgraded: dict[str, Any]) -> None:
    assert upgraded["stored"]["trials_of_who_withdrew"] == 0


def test_a_job_whose_worker_died_before_the_upgrade_waits_for_another(upgraded: dict[str, Any]) -> None:
    assert upgraded["job"] == {"state": "queued", "attempts": 1}


@pytest.mark.slow
def test_what_stands_here_can_be_kept_as_a_release(tmp_path: Path) -> None:
    release = Release(tmp_path / "next")
    run_on_site(["-m", "tests.upgrade.pack_release", str(release.folder)], tmp_path)
    upgraded = _upgrade(release, tmp_path)
    assert upgraded["trials"] == release.trials()
    assert upgraded["analysed_anew"] == release.expected()["levels"]


def test_every_release_of_the_changelog_is_tried() -> None:
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    assert re.findall(r"^## \[(\d[\d.]*)\]", changelog, re.MULTILINE)[::-1] == [
        each.version for each in releases()
    ]
