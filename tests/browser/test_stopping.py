"""Stopping asks first, costs no photo by a stray tap, and can keep what was given."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Session
from tests.browser.screens import in_view, is_whole
from tests.browser.test_hard_conditions import at_a_photo
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visitor(page: Page, live_server: LiveServer) -> Visitor:
    return at_a_photo(page, live_server)


@pytest.mark.parametrize("size", [(1280, 800), (390, 664), (320, 568)])
def test_a_stray_tap_in_a_trial_costs_nothing(
    page: Page, live_server: LiveServer, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor = at_a_photo(page, live_server)
    due = visitor.due()
    page.get_by_role("link", name="Stop").click()
    expect(page.get_by_role("status").filter(has_text="You can stop after this photo.")).to_have_count(1)
    assert is_whole(in_view(page)), "the words cover neither photo nor answers"
    expect(page.locator("#trial")).to_have_attribute("data-phase", "answering")
    visitor.answer(due[0], 1)
    expect(page.get_by_role("heading", name="Stop here?")).to_be_visible()
    page.get_by_role("link", name="Back to the study").click()
    visitor.start_block("Continue")
    visitor.answer(due[1], 1)
    visitor.wait_for_photo(2)
    first = list(visitor.session.trials.values_list("response_status", "correct", "focus_lost")[:2])
    assert first == [("answered", True, False)] * 2


def test_a_second_press_asks_at_once(page: Page, visitor: Visitor) -> None:
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("link", name="After this photo – or now?").click()
    expect(page.get_by_role("heading", name="Stop here?")).to_be_visible()
    assert visitor


def test_what_was_given_can_be_kept(page: Page, visitor: Visitor) -> None:
    session, due = visitor.session, visitor.due()
    visitor.answer(due[0], 1)
    visitor.wait_for_photo(2)
    page.goto(f"{visitor.address}withdraw")
    page.get_by_role("button", name="Stop, and keep my answers").click()
    expect(page.get_by_role("heading", name="You have stopped")).to_be_visible()
    session.refresh_from_db()
    assert session.status == Session.Status.STOPPED
    assert session.trials.get(pk=due[0].pk).correct
    page.get_by_role("link", name="Withdraw my answers").click()
    page.get_by_role("button", name="Erase my answers").click()
    expect(page.get_by_role("heading", name="Your answers are erased")).to_be_visible()
    assert not session.trials.exists()
