"""The pages by which timing is measured show photos with the player's own parts, as these are now."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from benchmarks.timing import served_pages

pytestmark = pytest.mark.browser
NO_ICON = "404 (File not found)"  # these bare pages name no icon, and the browser looks for one
RESULTS = {
    "onset": "JSON.parse(document.getElementById('results').textContent || '{}').trials",
    "sweetspot": "window.trials",
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_a_page_measures_every_trial(page: Page, forgiven: list[str], name: str) -> None:
    forgiven.append(NO_ICON)
    with served_pages() as site:
        page.goto(f"{site}/pages/{name}.html?trials=2&ms=50")
        page.wait_for_function(f"({RESULTS[name]} || []).length === 2", timeout=60_000)
