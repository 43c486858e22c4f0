"""A study goes to another installation, with another database, and gets the same verdict byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection

from pipeline.desk.report_page import verdict_bytes
from pipeline.exports.files import FILES
from pipeline.models import Analysis
from tests.pipeline.bundle.bundled import MODE, PERSON, analysed_study, bundle_file
from tests.pipeline.bundle.postgres import running_postgres
from tests.pipeline.bundle.second_installation import analysed_elsewhere
from tests.remembered import beside

pytestmark = pytest.mark.django_db


@pytest.fixture
def origin() -> Analysis:
    """A study whose rows have the first numbers, which another installation has given away as well."""
    with beside("the first numbers"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
    return analysed_study()


def assert_same_analysis(origin: Analysis, elsewhere: dict[str, Any]) -> None:
    assert not elsewhere["shared_numbers"], "another study had taken the numbers of rows"
    assert elsewhere["table_sha256"] == origin.table_sha256
    assert elsewhere["verdict"].encode() == verdict_bytes(origin)
    here = {
        name: hashlib.sha256("".join(make(origin.version, MODE)).encode()).hexdigest()
        for name, make in FILES.items()
    }
    assert elsewhere["files"] == here


@pytest.mark.thorough
def test_the_verdict_is_of_people_who_err_and_of_networks(origin: Analysis) -> None:
    levels = json.loads(verdict_bytes(origin))["levels"]
    assert all(0 < level[side]["estimate"] < 1 for level in levels for side in ("human", "machine"))


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_second_installation_with_sqlite_gets_the_same_bytes(origin: Analysis, tmp_path: Path) -> None:
    bundle = bundle_file(origin.study, tmp_path)
    elsewhere = analysed_elsewhere(bundle, MODE, tmp_path / "var")
    assert elsewhere["engine"] == "sqlite"
    assert_same_analysis(origin, elsewhere)


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_second_installation_with_postgresql_gets_the_same_bytes(origin: Analysis, tmp_path: Path) -> None:
    bundle = bundle_file(origin.study, tmp_path)
    with running_postgres() as database:
        elsewhere = analysed_elsewhere(bundle, MODE, tmp_path / "var", database)
    assert elsewhere["engine"] == "postgresql"
    assert_same_analysis(origin, elsewhere)


@pytest.mark.thorough
def test_a_bundle_tells_nobody_who_took_part_and_lets_nobody_go_on(origin: Analysis, tmp_path: Path) -> None:
    with ZipFile(bundle_file(origin.study, tmp_path)) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    sessions = [each.session for each in origin.version.participants.all()]
    secrets = [
        PERSON,
        *(session.token for session in sessions),
        *(session.completion_code for session in sessions),
    ]
    assert all(secrets)
    assert [secret for secret in secrets if secret.encode() in content] == []
