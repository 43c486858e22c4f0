"""Two photos to compare in a real browser: by keyboard on a laptop, by touch on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.browser.window import Hand
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("hand", ["key", "touch"])
def test_from_practice_to_the_code(page: Page, phone_page: Page, live_server: LiveServer, hand: Hand) -> None:
    window = page if hand == "key" else phone_page
    version = open_study_version(task="same_different", fixation_ms=60, test_photos=8, validation_photos=10)
    session = player(version, timezone.now())
    visitor = Visitor(ChromiumWindow(window), f"{live_server}/s/{session.token}/", hand=hand)
    window.goto(visitor.address)
    visitor.start_block()
    first, *others = visitor.due()
    visitor.wait_for_photo(1)
    expect(window.get_by_role("heading", name="Is the same being done in both photos?")).to_be_in_viewport()
    for part in (window.locator("#stage"), *window.locator("[data-choice]").all()):
        expect(part).to_be_in_viewport(ratio=1)
    for place, trial in enumerate((first, *others), start=1):
        visitor.answer(trial, place)
    visitor.play_block()
    visitor.play_block("Continue")
    code = visitor.finish()
    assert visitor.session.completion_code == code
    trials = visitor.session.trials.all()
    assert {(trial.response_status, trial.correct) for trial in trials} == {("answered", True)}
    assert {trial.said_same for trial in trials} == {True, False}
