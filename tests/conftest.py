"""What holds for every test: CI skips nothing that matters."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import settings

NOTICED = ("browser", "photos", "server")  # where these do not run, it is said aloud
settings.register_profile("unhurried", deadline=None)  # slow is what the limit of each test is for
settings.load_profile("unhurried")
IN_CI = os.environ.get("CI", "").lower() == "true"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page that was asked for in German leaves its language to the thread, and so to the next test."""
    yield
    translation.deactivate()


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist, which may be switched off
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: a browser test spends half its time waiting for a browser."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that no process is left alone with one at the end.

    Then the browser's: one process begins with all of them, while the others keep the cores busy that it
    leaves idle; at the end all would wait for a browser.
    """
    items.sort(key=lambda item: [item.get_closest_marker(mark) is None for mark in ("long", "browser")])


def pytest_collection_finish() -> None:
    """What the imports made will never be garbage: to look through it again and again takes seconds."""
    gc.collect()
    gc.freeze()


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
