"""Answers by keys as people have them, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study import sessions
from study.choosing.answer_keys import ARROWS, LETTERS
from study.models import Session
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.factories import DEVICE, newcomer, open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TWELVE = {"classes": tuple(f"action {number}" for number in range(12)), "trials_per_person": 12}


def begin(page: Page, live_server: LiveServer, **draft: object) -> Visitor:
    """In front of the first screen of practice, or of the first block."""
    from django.utils import timezone

    session = player(open_study_version(fixation_ms=60, **draft), timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    return Visitor(ChromiumWindow(page), page.url)


def press(page: Page, key: str, code: str) -> None:
    """Press a key of some keyboard, by what it types and where it lies."""
    keys = page.context.new_cdp_session(page)
    text = {"text": key} if len(key) == 1 else {}
    keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "code": code, **text})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code})


def answers(session: Session) -> list[int]:
    closed = session.trials.answered()
    return [trial.choice_order.index(trial.response_id) for trial in closed]


@pytest.mark.parametrize("key", ["&", "+", "١", "१", "１", "Process", "Dead"])
def test_the_first_key_of_the_top_row_answers_on_every_keyboard(
    page: Page, live_server: LiveServer, key: str
) -> None:
    visitor = begin(page, live_server, practice_trials=0)
    visitor.start_block()
    visitor.wait_for_photo(1)
    press(page, key, "Digit1")
    visitor.wait_for_photo(2)
    page.wait_for_timeout(300)
    assert answers(visitor.session) == [0]


def test_ten_and_more_answers_are_typed_whole(page: Page, live_server: LiveServer) -> None:
    visitor = begin(page, live_server, practice_trials=0, **TWELVE)
    visitor.start_block()
    visitor.wait_for_photo(1)
    expect(page.locator("[data-choice] kbd").nth(6)).to_have_text("07")
    page.keyboard.press("1")
    expect(page.locator("[data-choice][data-typed]")).to_have_count(3)  # 10, 11 and 12
    page.keyboard.press("0")
    visitor.wait_for_photo(2)
    page.wait_for_timeout(300)
    assert answers(visitor.session) == [9]


@pytest.mark.parametrize(("scheme", "labels"), [(LETTERS, ["F", "J", "K"]), (ARROWS, ["←", "↑", "→"])])
def test_other_keys_answer_as_their_labels_say(
    page: Page, live_server: LiveServer, scheme: str, labels: list[str]
) -> None:
    visitor = begin(page, live_server, answer_keys=scheme)
    expect(page.locator("#key-check kbd")).to_have_text(labels)
    visitor.play_block()
    visitor.start_block()
    for place, trial in enumerate(visitor.due(), start=1):
        visitor.answer(trial, place)
    page.locator("#continue").wait_for()
    assert set(visitor.session.trials.answered().values_list("correct", flat=True)) == {True}


def test_before_practice_keys_are_tried_and_a_key_that_does_nothing_is_told(
    page: Page, live_server: LiveServer
) -> None:
    visitor = begin(page, live_server)
    sign = page.locator("#key-check kbd").first
    expect(page.locator("#start")).to_be_focused()
    expect(sign).not_to_have_attribute("data-state", "passed")
    press(page, "x", "KeyX")
    expect(page.locator("#no-such-key")).to_be_visible()
    press(page, "&", "Digit1")
    expect(sign).to_have_attribute("data-state", "passed")
    expect(page.locator("#no-such-key")).to_be_hidden()
    page.keyboard.press("Enter")
    visitor.wait_for_photo(1)
    press(page, "x", "KeyX")
    expect(page.locator("#stray-key")).to_be_visible()


def test_a_phone_is_not_asked_to_try_keys(phone_page: Page, live_server: LiveServer) -> None:
    begin(phone_page, live_server)
    expect(phone_page.locator("#start")).to_be_visible()
    expect(phone_page.locator("#key-check")).to_be_hidden()


@pytest.mark.parametrize("key", ["1", "Enter", "Space"])
def test_the_key_on_which_the_hand_lies_ends_the_break_but_not_a_second_press(
    page: Page, live_server: LiveServer, key: str
) -> None:
    visitor = begin(page, live_server, practice_trials=0)
    visitor.play_block()
    expect(page.locator("#continue")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#break")).to_be_visible()
    page.wait_for_timeout(700)
    page.keyboard.press(key)
    visitor.wait_for_photo(1)


def test_a_long_name_keeps_the_instructions_within_a_narrow_screen(
    phone_page: Page, live_server: LiveServer
) -> None:
    from django.utils import timezone

    long = "playing_basketball_three_point_shot_guarded" + "_and_so_on" * 4
    session = newcomer(open_study_version(classes=(long, "dunk", "shoot")), timezone.now())
    sessions.device_checked(session.token, DEVICE)
    phone_page.set_viewport_size({"width": 320, "height": 568})
    phone_page.goto(f"{live_server}/s/{session.token}/")
    phone_page.get_by_text(long.replace("_", " ")).wait_for()
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 320
