"""At onset photo and answers are in view, or the device check says before any work that they cannot be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from study.choosing.answer_room import too_small_windows
from study.choosing.usual_windows import USUAL_WINDOWS, Window
from study.models import Session, StudyVersion
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.screens import SPORTS, in_view, is_whole, long_names
from tests.browser.visitor import Visitor
from tests.study.factories import GRIDS, newcomer, open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONES = ((320, 568), (390, 664), (750, 320), (568, 320))
LAPTOPS = ((1366, 768), (683, 384), (2560, 1440))  # the second is the first at 200 % zoom
LARGE_TEXT = "document.documentElement.style.fontSize = '34px'"


def version_with(classes: tuple[str, ...], **design: object) -> StudyVersion:
    plan: dict[str, object] = {"trials_per_person": 12, "block_size": 12, "practice_trials": 0}
    plan |= {"search_answers": "never"}
    plan |= {"test_photos": 12 // len(classes) + 1, "fixation_ms": 60}
    return open_study_version(classes=classes, **(plan | design))


def at_the_first_screen(page: Page, live_server: LiveServer, version: StudyVersion) -> Visitor:
    from django.utils import timezone

    session = player(version, timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    return Visitor(ChromiumWindow(page), page.url)


def resize(page: Page, screen: tuple[int, int]) -> None:
    page.set_viewport_size({"width": screen[0], "height": screen[1]})


def look_in(page: Page, visitor: Visitor, screens: tuple[tuple[int, int], ...]) -> None:
    """See a trial in each of these windows; each is as it is when the trial begins."""
    resize(page, screens[0])
    visitor.start_block()
    for place, screen in enumerate(screens, start=1):
        resize(page, screen)
        if place > 1:
            page.locator("[data-choice]").last.click()
        visitor.wait_for_photo(place)
        seen = in_view(page)
        assert is_whole(seen), (screen, seen)
        assert seen["photo"] >= 160, (screen, seen)


@pytest.mark.parametrize("answers", [2, 3, 6, 9, 12, 30])
def test_on_phones_and_on_laptops(
    page: Page, phone_page: Page, live_server: LiveServer, answers: int
) -> None:
    version = version_with(SPORTS[:answers])
    look_in(phone_page, at_the_first_screen(phone_page, live_server, version), PHONES)
    look_in(page, at_the_first_screen(page, live_server, version), LAPTOPS)


@pytest.mark.parametrize("language", ["German", "Thai", "Chinese", "folder"])
def test_names_of_sixty_letters(page: Page, phone_page: Page, live_server: LiveServer, language: str) -> None:
    few, many = version_with(long_names(language, 3)), version_with(long_names(language, 9))
    look_in(phone_page, at_the_first_screen(phone_page, live_server, few), PHONES)
    look_in(page, at_the_first_screen(page, live_server, many), LAPTOPS)


@pytest.mark.parametrize("answers", [3, 9])
def test_text_of_twice_the_size(page: Page, phone_page: Page, live_server: LiveServer, answers: int) -> None:
    version = version_with(SPORTS[:answers])
    for where, screens in ((phone_page, PHONES[:2]), (page, LAPTOPS)):
        visitor = at_the_first_screen(where, live_server, version)
        where.evaluate(LARGE_TEXT)
        look_in(where, visitor, screens)


@pytest.mark.parametrize("screen", [*PHONES, *LAPTOPS])
def test_a_grid_with_its_button(page: Page, live_server: LiveServer, screen: tuple[int, int]) -> None:
    resize(page, screen)
    visitor = at_the_first_screen(page, live_server, open_study_version(**GRIDS, fixation_ms=60))
    visitor.start_block()
    visitor.wait_for_photo(1)
    parts = page.locator("[data-tile], #submit, #question").all()
    boxes = [box for part in parts if (box := part.bounding_box())]
    assert len(boxes) == 11
    for box in boxes:
        assert 0 <= box["x"] <= screen[0] - box["width"]
        assert 0 <= box["y"] <= screen[1] - box["height"]
    assert min(box["width"] for box in boxes) >= 48


class TestDeviceCheck:
    def open(self, page: Page, live_server: LiveServer, version: StudyVersion) -> Session:
        from django.utils import timezone

        session = newcomer(version, timezone.now())
        page.goto(f"{live_server}/s/{session.token}/")
        return session

    @pytest.mark.parametrize("answers", [9, 12, 30])
    @pytest.mark.parametrize("language", ["German", "folder"])
    def test_who_designs_a_study_has_been_told_which_windows_are_too_small(
        self, chromium: Browser, live_server: LiveServer, language: str, answers: int
    ) -> None:
        names = long_names(language, answers)
        version = version_with(names)
        refused = [window for window in USUAL_WINDOWS if self.refuses(chromium, live_server, version, window)]
        assert refused == too_small_windows(names, 160)

    def refuses(
        self, chromium: Browser, live_server: LiveServer, version: StudyVersion, window: Window
    ) -> bool:
        screen = {"width": window.width, "height": window.height}
        phone = not window.has_keys
        context = chromium.new_context(viewport=screen, has_touch=phone, is_mobile=phone)
        page = context.new_page()
        self.open(page, live_server, version)
        state = page.locator("#check-answers[data-state]").get_attribute("data-state")
        context.close()
        return state == "failed"

    def test_it_turns_away_before_any_work_where_they_cannot_be(
        self, phone_page: Page, live_server: LiveServer
    ) -> None:
        resize(phone_page, PHONES[0])
        session = self.open(phone_page, live_server, version_with(long_names("German", 30)))
        expect(phone_page.locator("#check-answers")).to_have_attribute("data-state", "failed")
        phone_page.get_by_role("button", name="End the study here").tap()
        phone_page.get_by_text("too small to show a photo and all answers").wait_for()
        session.refresh_from_db()
        assert (session.status, session.status_reason) == ("screened_out", "answers")

    def test_a_window_that_is_enlarged_passes(self, page: Page, live_server: LiveServer) -> None:
        resize(page, PHONES[0])
        self.open(page, live_server, version_with(long_names("Thai", 12)))
        expect(page.locator("#check-answers")).to_have_attribute("data-state", "failed")
        resize(page, (1366, 900))
        page.get_by_role("button", name="Check again").click()
        expect(page.locator("#check-answers")).to_have_attribute("data-state", "passed")
        expect(page.locator("#go-on")).to_be_focused()
        expect(page.locator("[data-choice]").first).to_be_hidden()

    def test_it_does_not_ask_for_it_in_a_study_that_asks_for_no_least_photo(
        self, phone_page: Page, live_server: LiveServer
    ) -> None:
        self.open(phone_page, live_server, version_with(long_names("German", 30), least_photo_px=0))
        phone_page.get_by_text("Everything is fine.").wait_for()
        expect(phone_page.locator("#check-answers")).to_have_count(0)


def test_a_window_that_has_become_too_small_waits_between_photos(page: Page, live_server: LiveServer) -> None:
    visitor = at_the_first_screen(page, live_server, version_with(SPORTS[:12]))
    visitor.start_block()
    visitor.wait_for_photo(1)
    resize(page, (320, 200))
    page.keyboard.type("01")
    expect(page.locator("#cramped")).to_be_visible()
    resize(page, (1280, 800))
    visitor.wait_for_photo(2)
    assert is_whole(in_view(page))
