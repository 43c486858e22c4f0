"""Which Chromium the tests start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

# The first is Chromium without its window, which nobody would see, and has half the work with a page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium_of(driver: Playwright) -> str:
    """The system's, else the one that playwright has fetched; without either the test skips and says so."""
    system = next(filter(None, map(shutil.which, NAMES)), None)
    path = system or driver.chromium.executable_path
    if not Path(path).exists():
        pytest.skip("no Chromium here: install one, or run `playwright install chromium`")
    return path
