"""A machine without a browser of its own takes the one that playwright has fetched."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.browser.chromium import chromium_of


@pytest.fixture(autouse=True)
def _no_chromium_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)


def test_what_playwright_has_fetched_is_taken(tmp_path: Path) -> None:
    fetched = tmp_path / "chrome"
    fetched.touch()
    assert chromium_of(SimpleNamespace(chromium=SimpleNamespace(executable_path=str(fetched)))) == str(
        fetched
    )


def test_where_nothing_was_fetched_tests_skip_and_say_what_to_do(tmp_path: Path) -> None:
    nothing = SimpleNamespace(chromium=SimpleNamespace(executable_path=str(tmp_path / "chrome")))
    with pytest.raises(pytest.skip.Exception, match="playwright install chromium"):
        chromium_of(nothing)
