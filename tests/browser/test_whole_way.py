"""The whole way as a person goes it, in a real browser: by keyboard on a laptop, by touch on a phone."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from study.models import Session
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.conftest import PLAIN_HOST
from tests.browser.visitor import Visitor
from tests.study.factories import open_study_version, recruit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.everyday
def test_by_keyboard_on_a_laptop(page: Page, live_server: LiveServer) -> None:
    """As somebody of Prolific, whose one code is the only one that the last page shows."""
    version = open_study_version(fixation_ms=60)
    recruit(version, platform="prolific", code_completed="C1ABCDEF")
    address = f"{live_server}/s/{version.study.code}/?PROLIFIC_PID=5f01&STUDY_ID=s1&SESSION_ID=v1"
    session, code = Visitor(ChromiumWindow(page), address).go_the_whole_way()
    assert session.status == Session.Status.COMPLETED
    assert code == "C1ABCDEF"
    assert session.completion_code not in page.content()
    link = page.get_by_role("link", name="Back to the recruitment platform")
    expect(link).to_have_attribute("href", f"https://app.prolific.com/submissions/complete?cc={code}")
    assert session.participant.identity.person == "5f01"
    outcomes = list(session.trials.values_list("response_status", "correct", "late", "suspect"))
    assert outcomes == [("answered", True, False, "")] * 9
    assert set(session.trials.values_list("response_input", flat=True)) == {"key"}


def test_by_touch_on_a_phone_that_comes_by_plain_http(
    phone_page: Page, live_server: LiveServer, settings: Settings, forgiven: list[str]
) -> None:
    """As phones in a laboratory's own network do: parts of a browser are missing there."""
    settings.ALLOWED_HOSTS = [PLAIN_HOST]
    forgiven.append("Cross-Origin-Opener-Policy")  # ignored without https
    version = open_study_version(fixation_ms=60, stimulus_ms=100, mask_ms=100)
    address = f"http://{PLAIN_HOST}:{urlsplit(str(live_server)).port}/s/{version.study.code}/"
    session, code = Visitor(ChromiumWindow(phone_page), address, hand="touch").go_the_whole_way()
    assert not phone_page.evaluate("isSecureContext")
    expect(phone_page.get_by_role("button", name="Copy")).to_be_hidden()
    assert session.completion_code == code
    assert session.input_device == "touch"
    assert set(session.trials.values_list("response_input", flat=True)) == {"touch"}
    assert session.trials.filter(correct=True).count() == 9
    assert not session.trials.filter(mask_ms_achieved=None).exists()
