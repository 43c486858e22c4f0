"""Browsers that lack what the study needs, or change the page: it works, or words say what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitor import Visitor
from tests.study.factories import newcomer, open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SILENT = "{ open: () => ({}) }"
THROWS = "{ open() { throw new DOMException('no', 'SecurityError'); } }"
TRANSLATE = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.data.trim() && !node.parentElement.closest("[translate=no]")) texts.push(node);
    }
    for (const text of texts) {
        const font = document.createElement("font");
        font.textContent = "translated";
        text.replaceWith(font);
    }
}"""


@pytest.mark.parametrize("storage", ["null", "undefined", SILENT, THROWS])
def test_a_storage_that_is_missing_or_silent_is_told_within_seconds(
    page: Page, live_server: LiveServer, storage: str
) -> None:
    from django.utils import timezone

    page.add_init_script(f"Object.defineProperty(window, 'indexedDB', {{ value: {storage} }})")
    session = newcomer(open_study_version(), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    expect(page.locator("#unfit")).to_be_visible(timeout=15_000)
    expect(page.locator("#check-storage")).to_have_attribute("data-state", "failed")
    expect(page.locator("#again")).to_be_focused()


def test_a_translation_by_the_browser_leaves_the_names_of_the_answers(
    page: Page, live_server: LiveServer
) -> None:
    from django.utils import timezone

    session = player(open_study_version(fixation_ms=60, practice_trials=0), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(page, page.url)
    visitor.start_block()
    visitor.wait_for_photo(1)
    names = page.locator("[data-choice] .name").all_inner_texts()
    page.evaluate(TRANSLATE)
    assert page.locator("[data-choice] .name").all_inner_texts() == names
    assert sorted(names) == ["dribble", "dunk", "shoot"]
    page.keyboard.press("1")
    visitor.wait_for_photo(2)
