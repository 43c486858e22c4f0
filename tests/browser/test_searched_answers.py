"""More answers than fit: people type first letters and choose, by keyboard, touch and screen reader."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import StudyVersion, Trial
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.screens import SCREENS, SPORTS, in_view, is_whole, long_names
from tests.browser.visitor import Visitor
from tests.browser.window import Hand
from tests.study.factories import newcomer, open_study_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = tuple(f"{sport} {kind}" for sport in SPORTS for kind in ("alone", "by two", "in teams"))
WORDS_FOR = {"": "", "a": "There are more", "archery by": "Press Enter", "xyz": "No answer"}
IN_VIEW = """() => {
    const parts = document.querySelectorAll("#stage, #searched, #matches, #answers button:not([hidden])");
    const area = (part) => part.getBoundingClientRect();
    const isOut = ({left, top, right, bottom}) =>
        left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
    const page = document.documentElement;
    return {
        outside: [...parts].filter((part) => isOut(area(part))).map((part) => part.id || part.textContent),
        scrolls: page.scrollHeight > innerHeight || page.scrollWidth > innerWidth,
        photo: area(document.querySelector("#stage")).width,
    };
}"""
SMALL = {"width": 320, "height": 568}


def version_with(classes: tuple[str, ...], **design: object) -> StudyVersion:
    plan: dict[str, object] = {
        "trials_per_person": 4,
        "block_size": 4,
        "practice_trials": 1,
        "fixation_ms": 60,
    }
    return open_study_version(classes=classes, **({"test_photos": 1, "validation_photos": 2} | plan | design))


def past_the_check(page: Page, live_server: LiveServer, version: StudyVersion, hand: Hand = "key") -> Visitor:
    session = newcomer(version, timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    visitor = Visitor(ChromiumWindow(page), page.url, hand=hand)
    visitor.be_found_fit()
    return visitor


def at_the_first_photo(page: Page, live_server: LiveServer, version: StudyVersion) -> Visitor:
    visitor = past_the_check(page, live_server, version)
    visitor.press("Continue")
    visitor.pass_instructions()
    visitor.start_block()
    visitor.wait_for_photo(1)
    return visitor


@pytest.mark.parametrize("hand", ["key", "touch"])
def test_thirty_long_names_on_a_small_phone_from_the_check_to_the_code(
    phone_page: Page, live_server: LiveServer, hand: Hand
) -> None:
    phone_page.set_viewport_size(SMALL)
    visitor = past_the_check(phone_page, live_server, version_with(long_names("folder", 30)), hand)
    expect(phone_page.get_by_text("you will type the first letters of one")).to_be_visible()
    expect(phone_page.locator("#check-answers")).to_have_attribute("data-state", "passed")
    visitor.press("Continue")
    visitor.pass_instructions()
    visitor.play_block()
    visitor.play_block()
    visitor.finish()
    session = visitor.session
    assert (session.answers_by, session.status) == ("search", "completed")
    answered = session.trials.all()
    assert all(trial.correct for trial in answered)
    assert {trial.response_input for trial in answered} == {hand}
    assert all((trial.first_key_ms or 0) < (trial.rt_ms or 0) for trial in answered)


@pytest.mark.parametrize("screen", SCREENS)
def test_photo_field_and_what_is_there_are_in_view(
    phone_page: Page, page: Page, live_server: LiveServer, screen: tuple[int, int]
) -> None:
    where = page if screen[0] > 1000 else phone_page
    where.set_viewport_size({"width": screen[0], "height": screen[1]})
    version = version_with(MANY, search_answers="always", practice_trials=0, test_photos=1)
    visitor = past_the_check(where, live_server, version)
    visitor.press("Continue")
    visitor.pass_instructions()
    visitor.start_block()
    visitor.wait_for_photo(1)
    for typed, words in (
        ("", ""),
        ("a", "There are more"),
        ("archery by", "Press Enter"),
        ("xyz", "No answer"),
    ):
        where.locator("#searched").fill(typed)
        expect(where.locator("#matches")).to_contain_text(words)
        shown = where.locator("#answers button:visible")
        assert (shown.count() > 0) == (typed in ("a", "archery by"))
        seen = where.evaluate(IN_VIEW)
        assert (seen["outside"], seen["scrolls"]) == ([], False), typed
        assert seen["photo"] >= 160


def test_a_screen_reader_hears_how_many_are_left_and_presses_one(page: Page, live_server: LiveServer) -> None:
    visitor = past_the_check(
        page, live_server, version_with(MANY, search_answers="always", practice_trials=0)
    )
    visitor.press("Continue")
    visitor.pass_instructions()
    visitor.start_block()
    visitor.wait_for_photo(1)
    field = page.get_by_role("textbox", name="Type the first letters of the answer")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("")
    field.fill("judo")
    expect(field).to_have_accessible_description("Press one of these")
    group = page.get_by_role("group", name="What is being done in the photo?")
    expect(group.get_by_role("button")).to_have_count(3)
    [first, *_] = visitor.due()
    group.get_by_role("button", name="judo by two").evaluate("button => button.click()")
    visitor.wait_for_photo(2)
    assert Trial.objects.get(pk=first.pk).response_input == "assistive"


def test_enter_takes_nothing_while_several_are_left(page: Page, live_server: LiveServer) -> None:
    visitor = past_the_check(
        page, live_server, version_with(MANY, search_answers="always", practice_trials=0)
    )
    visitor.press("Continue")
    visitor.pass_instructions()
    visitor.start_block()
    visitor.wait_for_photo(1)
    page.keyboard.type("judo")
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_have_attribute("data-phase", "answering")
    page.keyboard.type(" in")
    page.keyboard.press("Enter")
    visitor.wait_for_photo(2)
    assert page.locator("#searched").input_value() == ""


@pytest.mark.parametrize("answers", [2, 3, 6, 9, 12, 30])
def test_short_names_keep_their_buttons_on_every_screen(
    phone_page: Page, live_server: LiveServer, answers: int
) -> None:
    version = version_with(SPORTS[:answers], trials_per_person=4, test_photos=2)
    for width, height in SCREENS:
        phone_page.set_viewport_size({"width": width, "height": height})
        visitor = past_the_check(phone_page, live_server, version)
        expect(phone_page.get_by_text("you will type the first letters")).to_be_hidden()
        visitor.press("Continue")
        phone_page.get_by_text("What you will do").first.wait_for()
        assert visitor.session.answers_by == "buttons"


def test_a_laptop_with_room_answers_by_buttons_in_the_same_study(page: Page, live_server: LiveServer) -> None:
    at_the_first_photo(page, live_server, version_with(SPORTS[:12], practice_trials=0))
    assert is_whole(in_view(page))
    expect(page.locator("#searched")).to_be_hidden()
