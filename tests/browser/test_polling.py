"""What a person does on a page stays done while parts of it are replaced every two seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.models import Inquiry, Loop
from study.models import Study
from tests.pipeline.inquiries.asked_study import Asked, asked_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.fixture
def asked(settings: Any) -> Iterator[Asked]:
    owner, client = get_user_model().objects.create_superuser("grace"), Client()
    client.force_login(owner)
    with asked_study(owner, client, settings) as study:
        yield study


@pytest.fixture
def desk(page: Page, live_server: LiveServer, asked: Asked) -> Page:
    session = asked.client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def test_who_goes_by_the_tab_key_is_not_sent_back_to_the_start(
    desk: Page, live_server: LiveServer, asked: Asked
) -> None:
    _open_running_desk(desk, live_server, asked.study)
    desk.get_by_text("Other actions").focus()
    _polled(desk)
    assert desk.evaluate(FOCUSED) == "Other actions"
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    before = desk.evaluate(FOCUSED)
    _polled(desk)
    assert before not in {"", "Other actions"}
    assert desk.evaluate(FOCUSED) == before


def test_a_button_that_is_pressed_slowly_still_acts(
    desk: Page, live_server: LiveServer, asked: Asked
) -> None:
    _open_running_desk(desk, live_server, asked.study)
    desk.get_by_role("button", name="Stop the loop").hover()
    desk.mouse.down()
    _answered(desk)
    _answered(desk)
    desk.mouse.up()
    expect(desk.get_by_text("stopped by a researcher")).to_be_visible()
    assert Loop.objects.get().state == Loop.State.STOPPED


def test_what_was_typed_is_there_when_another_machine_answers(
    desk: Page, live_server: LiveServer, asked: Asked
) -> None:
    stopped = _begin_asking(asked, "vlm")
    _begin_asking(asked, "other")
    asked.press("stop-inquiry", asked.study.code, stopped.pk)
    desk.goto(live_server.url + reverse("pipeline:outside", args=[asked.study.code]))
    cap = desk.get_by_label("Larger cap on the cost")
    cap.press_sequentially("12")
    _polled(desk)
    cap.press_sequentially(".5")
    _polled(desk)
    expect(cap).to_have_value("12.5")
    expect(cap).to_be_focused()


@pytest.mark.parametrize("name", ["desk", "outside"])
def test_a_page_in_a_hidden_tab_asks_nothing_until_it_is_looked_at_again(
    desk: Page, live_server: LiveServer, asked: Asked, name: str
) -> None:
    _begin_asking(asked, "vlm")
    desk.goto(live_server.url + reverse(f"pipeline:{name}", args=[asked.study.code]))
    _answered(desk)
    _hide(desk, hidden=True)
    desk.wait_for_timeout(500)  # a poll that was on its way may end
    requests: list[str] = []
    desk.on("request", lambda request: requests.append(request.url))
    desk.wait_for_timeout(6000)
    assert requests == []
    _hide(desk, hidden=False)
    _answered(desk)


def _begin_asking(asked: Asked, machine: str) -> Inquiry:
    asked.plan(machine=machine)
    inquiry = Inquiry.objects.get(name=machine)
    asked.press("begin-inquiry", asked.study.code, inquiry.pk)
    return inquiry


def _open_running_desk(desk: Page, live_server: LiveServer, study: Study) -> None:
    Loop.objects.create(study=study, state=Loop.State.RUNNING)
    desk.goto(live_server.url + reverse("pipeline:desk", args=[study.code]))


def _polled(page: Page) -> None:
    """Wait until the part that polls has been replaced."""
    before = page.locator("[hx-trigger^=every]").element_handle()
    page.wait_for_function("(before) => !before.isConnected", arg=before, timeout=20_000)


def _answered(page: Page) -> None:
    """Wait until a poll was answered, whatever became of the answer."""
    page.wait_for_event("requestfinished", lambda request: request.resource_type == "xhr", timeout=20_000)


def _hide(page: Page, hidden: bool) -> None:
    """Tell the page that its tab is covered: a browser without windows never covers one."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
