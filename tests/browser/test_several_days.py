"""A study in two parts as a person goes it in a browser: today, and on another day with the link.

The day passes in the database: the server's clock alone says when a part opens.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session, StudyVersion
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.several_days import hours_later, in_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def do_part_one(page: Page, live_server: LiveServer, version: StudyVersion) -> Visitor:
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    visitor.begin()
    visitor.play_block()
    visitor.play_block()
    expect(page.get_by_role("heading", name="That was part 1 of 2")).to_be_visible()
    return visitor


def test_the_whole_way_over_two_days_the_second_one_with_the_link_alone(
    page: Page, phone_page: Page, live_server: LiveServer
) -> None:
    """The second part is done on a phone that has no cookie of the first."""
    first = do_part_one(page, live_server, in_parts(fixation_ms=60, part_practice=True))
    session = first.session
    link = page.locator("#own-link").get_attribute("href")
    assert link is not None
    hours_later(session, 13)
    second = Visitor(ChromiumWindow(phone_page), link, hand="touch")
    second.window.open(link)
    second.press("Begin part 2 of 2")
    second.pass_device_check()
    expect(phone_page.get_by_role("heading", name="Once more, what you will do")).to_be_visible()
    second.press("Continue")
    second.play_block()
    second.play_block()
    code = second.finish()
    done = second.session
    assert done.pk == session.pk
    assert (done.status, done.completion_code) == (Session.Status.COMPLETED, code)
    assert set(done.trials.values_list("response_status", "late", "suspect")) == {("answered", False, "")}
    shown = done.trials.filter(block_type="test").values_list("stimulus__item", flat=True)
    assert len(shown) == len(set(shown)) == 6
    assert [part.done_at.input_device for part in done.parts.all()] == ["pointer", "touch"]


def test_moments_stand_in_the_persons_own_time_zone(page: Page, live_server: LiveServer) -> None:
    session = do_part_one(page, live_server, in_parts(fixation_ms=60)).session
    browser = page.context.browser
    assert browser is not None
    in_tokyo = browser.new_context(timezone_id="Asia/Tokyo").new_page()
    in_tokyo.goto(page.url)
    opens = session.return_window.opens.astimezone(ZoneInfo("Asia/Tokyo"))
    text = in_tokyo.locator("time").first.inner_text()
    for piece in (f"{opens:%A}", f"{opens.day}", f"{opens:%B}", f"{opens:%M}", "GMT+9"):
        assert piece in text
    in_tokyo.context.close()


def test_the_link_is_copied_and_the_calendar_gets_an_entry(page: Page, live_server: LiveServer) -> None:
    session = do_part_one(page, live_server, in_parts(fixation_ms=60)).session
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#link-copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{live_server}/s/{session.token}/"
    with page.expect_download() as download:
        page.get_by_role("link", name="Put it into my calendar").click()
    assert download.value.suggested_filename == "part-2.ics"


def test_too_early_a_reload_shows_the_same_page_and_too_late_kind_words(
    page: Page, live_server: LiveServer
) -> None:
    session = do_part_one(page, live_server, in_parts(fixation_ms=60)).session
    page.reload()
    expect(page.get_by_role("heading", name="That was part 1 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Begin part 2")).to_have_count(0)
    hours_later(session, 200)
    page.reload()
    expect(page.get_by_role("heading", name="The time for the next part is over")).to_be_visible()


def test_a_second_tab_goes_on_where_the_first_began_the_part(page: Page, live_server: LiveServer) -> None:
    session = do_part_one(page, live_server, in_parts(fixation_ms=60)).session
    hours_later(session, 13)
    page.reload()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("button", name="Begin part 2 of 2").click()
    expect(page.get_by_role("heading", name="Checking your device")).to_be_visible()
    other.get_by_role("button", name="Begin part 2 of 2").click()
    expect(other.get_by_role("heading", name="Checking your device")).to_be_visible()
    assert session.parts.count() == 2


def test_between_parts_stopping_keeps_what_was_given(page: Page, live_server: LiveServer) -> None:
    session = do_part_one(page, live_server, in_parts(fixation_ms=60)).session
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("button", name="Stop, and keep my answers").click()
    expect(page.get_by_role("heading", name="You have stopped")).to_be_visible()
    assert Session.objects.get(pk=session.pk).trials.answered().count() == 5
