"""What holds for every test: CI skips nothing that matters."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import translation
from hypothesis import settings
from pytest_django import DjangoDbBlocker

gc.disable()  # until all tests are collected
NOTICED = ("browser", "photos", "server")  # where these do not run, it is said aloud
IN_CI = os.environ.get("CI", "").lower() == "true"
# Slow is what the limit of each test is for. New examples are looked for at a desk, not where a merge waits.
settings.register_profile("unhurried", deadline=None, derandomize=IN_CI)
settings.load_profile("unhurried")
KEYS_APART = 1000


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables are made of the models and say so: backups and health read which migrations they have."""
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for migration in set(MigrationLoader(None).disk_migrations) - set(recorder.applied_migrations()):
            recorder.record_applied(*migration)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page that was asked for in German leaves its language to the thread, and so to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _chance_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Else a study of few people fails now and then by bad luck, as one did in CI."""
    if not apps.ready:  # tests of these rules themselves run without a site
        yield
        return
    from tests.chance import drawn_by

    with drawn_by(request.node.nodeid):
        yield


@pytest.fixture(autouse=True)
def _keys_of_its_own(request: pytest.FixtureRequest) -> None:
    """Rows have the same keys whatever ran before, and rows of two tables never the same ones by accident."""
    needs_rows = {"db", "transactional_db", "live_server", "admin_client"} & set(request.fixturenames)
    if not (request.node.get_closest_marker("django_db") or needs_rows):
        return
    request.getfixturevalue("db")
    if connection.vendor != "sqlite":
        return
    from tests.remembered import begin_a_test

    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
        first_keys = [(table, place * KEYS_APART) for place, table in enumerate(sorted(tables), start=1)]
        cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", first_keys)
    begin_a_test()


@pytest.fixture
def admin_client(db: None, request: pytest.FixtureRequest) -> Client:
    """An administrator's browser; what many tests begin with is remembered beside it as well."""
    from tests.remembered import beside

    client = Client()
    with beside("an administrator"):
        client.force_login(request.getfixturevalue("admin_user"))
    return client


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist, which may be switched off
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: a browser test spends half its time waiting for a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_itemcollected(item: pytest.Item) -> None:
    """Of cases that go the same way, the first stands for all where one waits for the verdict."""
    case = getattr(item, "callspec", None)
    if item.get_closest_marker("sampled") and case and any(case.indices.values()):
        item.add_marker("thorough")


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that no process is left alone with one at the end.

    Then the browser's: one process begins with all of them, while the others keep the cores busy that it
    leaves idle; at the end all would wait for a browser. Tests of a room, and of a package, stay together:
    a process takes a long stretch at once, and builds alone what the tests of it share.
    """
    turns: dict[str, int] = {}
    for item in items:
        for node in item.listchain():
            turns.setdefault(node.nodeid, len(turns))

    def turn(item: pytest.Item) -> tuple[list[bool], list[int]]:
        marks = [item.get_closest_marker(mark) is None for mark in ("long", "browser")]
        return marks, [turns[node.nodeid] for node in item.listchain()]

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What the imports made will never be garbage: to look through it again and again takes seconds."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a test that skips itself fails, as nobody would notice its absence, but for want of hardware."""
    report = yield
    matters = item.get_closest_marker("hardware") is None
    if IN_CI and matters and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} was skipped, and CI=true allows no skipped test here: {call.excinfo}"
        )
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud which tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sorted({name for report in skipped for name in NOTICED if name in report.keywords})
    if missed:
        terminalreporter.write_line(f"NOTICE: some {' and '.join(missed)} tests were skipped.", yellow=True)
