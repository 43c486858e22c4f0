"""What a screen reader is told of a whole trial: each part by its name, and nothing that tells the answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.factories import CLASSES, open_study_version
from tests.study.playing import place_of_right_answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "What is being done in the photo?"
NAMED = re.compile(r'^\s*- (\w+)(?: "(.*?)")?(?: \[.*\])?:?(?: (.*))?$', re.MULTILINE)


def names_of(page: Page) -> list[tuple[str, str]]:
    """Role and name of each part, in the order of reading, as the browser hands them to a screen reader."""
    parts = NAMED.findall(page.locator("main").aria_snapshot())
    return [(role, name or text) for role, name, text in parts if name or text]


def test_every_part_of_a_trial_has_its_name(page: Page, live_server: LiveServer) -> None:
    version = open_study_version(ask_confidence=True)
    visitor = Visitor(ChromiumWindow(page), f"{live_server.url}/s/{version.study.code}/")
    visitor.begin()
    visitor.start_block()
    trial = visitor.due()[0]
    visitor.wait_for_photo(1)
    _the_photo_is_named_and_the_answers_in_a_group_of_the_question(names_of(page))
    visitor.press_key_of((place_of_right_answer(trial) + 1) % len(CLASSES), len(CLASSES))
    page.get_by_role("heading", name="How sure are you?").wait_for()
    assert [name for role, name in names_of(page) if role == "button"] == [
        "Guessed", "Rather unsure", "Rather sure", "Certain"
    ]  # fmt: skip
    page.keyboard.press("1")
    page.get_by_role("button", name="Next photo").wait_for()
    lesson = names_of(page)
    assert ("img", "Photo to judge") in lesson, "the photo stays while its class is named"
    assert any(trial.stimulus.item.category.name in name for role, name in lesson if role == "paragraph")


def _the_photo_is_named_and_the_answers_in_a_group_of_the_question(parts: list[tuple[str, str]]) -> None:
    assert parts[:4] == [
        ("progressbar", "Your progress"),
        ("heading", QUESTION),
        ("img", "Photo to judge"),
        ("group", QUESTION),
    ]
    assert sorted(parts[4:]) == [("button", name) for name in sorted(CLASSES)]
