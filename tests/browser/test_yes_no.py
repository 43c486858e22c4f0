"""The yes-no question in a real browser: by keyboard on a laptop, by touch on a phone."""

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


def visitor_of(page: Page, live_server: LiveServer, hand: Hand = "key", **design: object) -> Visitor:
    version = open_study_version(task="yes_no", fixation_ms=60, **design)
    session = player(version, timezone.now())
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{session.token}/", hand=hand)
    page.goto(visitor.address)
    return visitor


@pytest.mark.parametrize("hand", ["key", "touch"])
def test_from_practice_to_the_code(page: Page, phone_page: Page, live_server: LiveServer, hand: Hand) -> None:
    visitor = visitor_of(page if hand == "key" else phone_page, live_server, hand)
    visitor.play_block()
    visitor.play_block()
    visitor.play_block("Continue")
    code = visitor.finish()
    assert visitor.session.completion_code == code
    trials = visitor.session.trials.all()
    assert {(trial.response_status, trial.correct, trial.suspect) for trial in trials} == {
        ("answered", True, "")
    }
    assert {trial.said_yes for trial in trials} == {True, False}


def test_the_question_is_read_and_stands_above_the_photo_which_never_moves(
    phone_page: Page, live_server: LiveServer
) -> None:
    long_name = "riding_a_horse_through_shallow_water_at_dusk"
    visitor = visitor_of(phone_page, live_server, "touch", classes=("ski", "row", long_name))
    visitor.start_block()
    places = []
    for number, trial in enumerate(visitor.due(), start=1):
        visitor.wait_for_photo(number)
        name = trial.target.name.replace("_", " ")
        heading = phone_page.get_by_role("heading", name=f"Does the photo show: {name}?")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport(ratio=1)
        for button in phone_page.locator("[data-choice]").all():
            expect(button).to_be_in_viewport(ratio=1)
        places.append(phone_page.locator("#stage").bounding_box())
        visitor.choose("[data-choice='0']")
        visitor.read_the_lesson(trial)
    assert len(places) == 2
    assert places[0] == places[1]


def test_practice_says_which_word_was_right(page: Page, live_server: LiveServer) -> None:
    visitor = visitor_of(page, live_server)
    visitor.start_block()
    trial = visitor.due()[0]
    shown = trial.stimulus.item.category_id == trial.target_id
    visitor.wait_for_photo(1)
    wrong = trial.choice_order.index("no" if shown else "yes")
    page.keyboard.press(str(wrong + 1))
    right = "Yes" if shown else "No"
    expect(page.locator("[data-lesson=wrong]")).to_contain_text(f"The right answer: {right}")
