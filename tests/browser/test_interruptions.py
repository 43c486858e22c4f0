"""Nothing is lost and nothing is doubled: no network, reload, back, a second tab, a crash."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session, Trial
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.visitor import Visitor
from tests.study.factories import open_study_version, player
from tests.study.playing import play_block

NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED"
REFUSED = "409 (Conflict)"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_the_trials(live_server: LiveServer) -> str:
    """The address of somebody who has passed practice and has twelve photos in one block before them."""
    version = open_study_version(trials_per_person=12, block_size=20, catch_share=0.0, fixation_ms=60)
    from django.utils import timezone

    session = player(version, timezone.now())
    play_block(session, timezone.now())
    return f"{live_server}/s/{session.token}/"


def test_offline_for_trials_five_to_twelve_and_reloaded_all_arrive_once(
    page: Page, at_the_trials: str, forgiven: list[str]
) -> None:
    forgiven.append(NO_NETWORK)
    visitor = Visitor(ChromiumWindow(page), at_the_trials)
    page.goto(at_the_trials)
    visitor.start_block("Show the photos")
    due = visitor.due()
    for place, trial in enumerate(due, start=1):
        if place == 5:
            page.context.set_offline(True)
        visitor.answer(trial, place)
    expect(page.get_by_role("heading", name="Saving your answers")).to_be_visible()  # all are on disk here
    expect(page.locator("#waiting")).to_be_visible()
    assert visitor.session.trials.open().count() in {8, 9}, "the fourth answer may just have left, or not"
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="Finish").wait_for()
    rows = visitor.session.trials.filter(block_type="test").values_list("response_status", "correct")
    assert list(rows) == [("answered", True)] * 12


def test_a_reload_in_the_middle_of_a_trial_logs_it_and_goes_on_with_the_next(
    page: Page, at_the_trials: str
) -> None:
    visitor = Visitor(ChromiumWindow(page), at_the_trials)
    page.goto(at_the_trials)
    visitor.start_block("Show the photos")
    due = visitor.due()
    visitor.answer(due[0], 1)
    visitor.wait_for_photo(2)
    page.reload()
    visitor.start_block("Continue")
    visitor.answer(due[2], 1)
    visitor.wait_for_photo(2)
    states = visitor.session.trials.filter(pk__in=[trial.pk for trial in due[:3]])
    expect_rows(page, states, ["answered", "aborted", "answered"])
    assert states[1].status_reason == "interrupted"


def expect_rows(page: Page, trials: list[Trial], statuses: list[str]) -> None:
    """The page sends in the background: give it two seconds."""
    for _ in range(20):
        if list(trials.values_list("response_status", flat=True)) == statuses:
            return
        page.wait_for_timeout(100)
    assert list(trials.values_list("response_status", flat=True)) == statuses


def test_the_back_button_leads_to_where_the_person_is(page: Page, live_server: LiveServer) -> None:
    version = open_study_version()
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    visitor.begin()
    page.get_by_role("button", name="Show the photos").wait_for()
    page.go_back()
    page.goto(visitor.address)
    page.get_by_role("button", name="Show the photos").wait_for()
    assert Session.objects.count() == 1


def test_a_second_tab_takes_over_and_the_first_says_so(
    page: Page, at_the_trials: str, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)  # the answer of the first tab
    visitor = Visitor(ChromiumWindow(page), at_the_trials)
    page.goto(at_the_trials)
    visitor.start_block("Show the photos")
    due = visitor.due()
    visitor.answer(due[0], 1)
    visitor.wait_for_photo(2)
    second = page.context.new_page()
    second.goto(at_the_trials)
    second.get_by_role("button", name="Continue").wait_for()
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Open in another tab")).to_be_visible()
    other = Visitor(ChromiumWindow(second), at_the_trials)
    other.start_block("Continue")
    for place, trial in enumerate(due[2:], start=1):
        other.answer(trial, place)
    second.get_by_role("button", name="Finish").wait_for()
    statuses = list(
        visitor.session.trials.filter(block_type="test").values_list("response_status", flat=True)
    )
    assert statuses == ["answered", "aborted"] + ["answered"] * 10


def test_a_page_that_crashed_has_lost_nothing(page: Page, at_the_trials: str, forgiven: list[str]) -> None:
    forgiven.append(NO_NETWORK)
    visitor = Visitor(ChromiumWindow(page), at_the_trials)
    page.goto(at_the_trials)
    visitor.start_block("Show the photos")
    due = visitor.due()
    page.context.set_offline(True)
    for place, trial in enumerate(due[:3], start=1):
        visitor.answer(trial, place)
    visitor.wait_for_photo(4)
    page.close()
    fresh = page.context.new_page()
    page.context.set_offline(False)
    fresh.goto(at_the_trials)
    fresh.get_by_role("button", name="Continue").wait_for()
    states = visitor.session.trials.filter(pk__in=[trial.pk for trial in due[:4]])
    assert list(states.values_list("response_status", flat=True)) == ["answered"] * 3 + ["aborted"]


def test_a_held_key_and_a_key_before_the_photo_answer_nothing(page: Page, at_the_trials: str) -> None:
    visitor = Visitor(ChromiumWindow(page), at_the_trials)
    page.goto(at_the_trials)
    visitor.start_block("Show the photos")
    page.keyboard.down("1")  # during the fixation of the first trial, and held from then on
    visitor.wait_for_photo(1)
    for _ in range(3):
        page.keyboard.down("1")
    page.wait_for_timeout(200)
    expect(page.locator("#trial")).to_have_attribute("data-place", "1")
    page.keyboard.up("1")
    visitor.answer(visitor.due()[0], 1)
    visitor.wait_for_photo(2)


def test_a_device_that_is_too_small_can_check_again_after_it_was_turned(
    page: Page, live_server: LiveServer
) -> None:
    version = open_study_version(minimum_viewport_px=400)
    page.set_viewport_size({"width": 1000, "height": 380})
    visitor = Visitor(ChromiumWindow(page), f"{live_server}/s/{version.study.code}/")
    visitor.consent()
    expect(page.get_by_role("alert")).to_contain_text("Something is not right yet")
    page.set_viewport_size({"width": 1000, "height": 700})
    visitor.press("Check again")
    expect(page.get_by_text("Everything is fine.")).to_be_visible()
