"""Free naming in a real browser: no key is lost, Enter or the button submits, time runs out as designed."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Trial
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.browser.window import Hand
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def visitor_of(page: Page, live_server: LiveServer, hand: Hand = "key", **design: object) -> Visitor:
    session = player(open_study_version(task="naming", **{"fixation_ms": 60} | design), timezone.now())
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{session.token}/", hand=hand)
    page.goto(visitor.address)
    return visitor


def stored(trial: Trial) -> Trial:
    return Trial.objects.get(pk=trial.pk)


@pytest.mark.parametrize("hand", ["key", "touch"])
def test_from_practice_to_the_code(page: Page, phone_page: Page, live_server: LiveServer, hand: Hand) -> None:
    visitor = visitor_of(page if hand == "key" else phone_page, live_server, hand)
    visitor.play_block()
    visitor.play_block()
    visitor.play_block("Continue")
    assert visitor.finish() == visitor.session.completion_code
    for trial in visitor.session.trials.select_related("stimulus__item__category"):
        assert (trial.response_status, trial.suspect) == ("answered", "")
        assert trial.response_text == trial.stimulus.item.category.name
        assert 0 <= trial.first_key_ms <= trial.rt_ms


def test_what_is_typed_before_the_photo_is_there_stays_and_counts(
    page: Page, live_server: LiveServer
) -> None:
    visitor = visitor_of(page, live_server, fixation_ms=4000)
    visitor.start_block()
    page.locator("#trial").wait_for()
    expect(page.locator("#typed")).to_be_focused()
    page.keyboard.type("du")
    page.keyboard.press("Enter")  # too early: there is no photo yet
    visitor.wait_for_photo(1)
    page.keyboard.type("nk 1 2")  # digits are letters here, and answer nothing
    trial = visitor.due()[0]
    page.keyboard.press("Enter")
    page.locator("#lesson").wait_for()
    assert (stored(trial).response_text, stored(trial).first_key_ms) == ("dunk 1 2", 0.0)


def test_nothing_of_one_answer_stands_in_the_next(page: Page, live_server: LiveServer) -> None:
    visitor = visitor_of(page, live_server)
    visitor.start_block()
    first, second = visitor.due()
    visitor.wait_for_photo(1)
    page.keyboard.type("dunk")
    page.keyboard.press("Enter")
    visitor.read_the_lesson(first)
    visitor.wait_for_photo(2)
    expect(page.locator("#typed")).to_have_value("")
    expect(page.locator("#typed")).to_be_focused()
    page.keyboard.press("Enter")  # an empty field is no answer
    page.get_by_role("button", name="I cannot tell").click()
    page.locator("#lesson").wait_for()
    assert stored(second).response_status == "cant_tell"


def test_time_runs_out_as_designed_and_what_was_typed_is_kept(page: Page, live_server: LiveServer) -> None:
    visitor = visitor_of(page, live_server, deadline_ms=1500)
    visitor.start_block()
    trial = visitor.due()[0]
    visitor.wait_for_photo(1)
    page.keyboard.type("dri")
    expect(page.locator("[data-lesson=timeout]")).to_be_visible(timeout=5000)
    assert (stored(trial).response_status, stored(trial).response_text) == ("timeout", "dri")


def test_an_input_method_may_use_enter_for_itself(page: Page, live_server: LiveServer) -> None:
    visitor = visitor_of(page, live_server)
    visitor.start_block()
    trial = visitor.due()[0]
    visitor.wait_for_photo(1)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "ダンク", "selectionStart": 3, "selectionEnd": 3})
    expect(page.locator("#typed")).to_have_value("ダンク")
    expect(page.locator("#trial")).to_have_attribute("data-phase", "answering")
    devtools.send("Input.insertText", {"text": "ダンク"})
    page.keyboard.press("Enter")
    page.locator("#lesson").wait_for()
    assert stored(trial).response_text == "ダンク"


def test_a_screen_reader_hears_the_question_at_the_field_and_photo_and_field_are_in_view(
    phone_page: Page, live_server: LiveServer
) -> None:
    visitor = visitor_of(phone_page, live_server, "touch")
    visitor.start_block()
    visitor.wait_for_photo(1)
    field = phone_page.get_by_role("textbox", name="What is being done in the photo?")
    expect(field).to_be_focused()
    for part in (field, phone_page.locator("#stage"), phone_page.get_by_role("button", name="Submit")):
        expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("height", "least"), [(330, 200), (250, 120)])
def test_beside_a_phones_keyboard_photo_field_and_buttons_are_in_view(
    phone_page: Page, live_server: LiveServer, height: int, least: int
) -> None:
    """A window so low stands for what a keyboard leaves; the page learns of it as of the real one."""
    phone_page.set_viewport_size({"width": 320, "height": height})
    phone_page.add_init_script("Object.defineProperty(window, 'innerHeight', {get: () => 664})")
    visitor = visitor_of(phone_page, live_server, "touch")
    visitor.start_block()
    visitor.wait_for_photo(1)
    photo = phone_page.locator("#stage")
    assert photo.bounding_box()["width"] >= least
    buttons = [phone_page.get_by_role("button", name=name) for name in ("Submit", "I cannot tell")]
    for part in (photo, phone_page.locator("#typed"), *buttons):
        expect(part).to_be_in_viewport(ratio=1)
