"""A site of a million answers and a gigabyte of photos is backed up, and restored, within a minute each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pipeline.bundle.postgres import running_postgres
from tests.upgrade.release import run_on_site

LIMIT_SECONDS = 60


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Where the rows of two sites lie."""
    with ExitStack() as servers:
        if request.param == "sqlite":
            yield "", ""
        else:
            yield servers.enter_context(running_postgres()), servers.enter_context(running_postgres())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_answers_take_less_than_a_minute(databases: tuple[str, str], tmp_path: Path) -> None:
    here, there = databases
    origin, elsewhere, backups = tmp_path / "origin", tmp_path / "elsewhere", tmp_path / "backups"
    run_on_site(["manage.py", "migrate", "--verbosity", "0"], origin, here)
    run_on_site(["-m", "tests.config.backup.million_answers"], origin, here)
    made = _seconds(["make", str(backups)], origin, here)
    restored = _seconds(["restore", str(next(backups.iterdir()))], elsewhere, there)
    again = _seconds(["make", str(backups)], origin, here)
    print(f"made in {made:.1f} s, restored in {restored:.1f} s, made again in {again:.1f} s")  # noqa: T201
    assert max(made, restored, again) < LIMIT_SECONDS


def _seconds(arguments: list[str], var: Path, database: str) -> float:
    began = time.monotonic()
    printed = run_on_site(["-m", "config.backup", *arguments], var, database)
    assert "1,00" in printed, "a million rows and more"
    return time.monotonic() - began
