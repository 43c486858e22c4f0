"""A second factor in a browser: set up by its typed key, asked for at login, with nothing that axe finds."""

from __future__ import annotations

from base64 import b32decode

import pytest
from django.contrib.auth import get_user_model
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import violations
from tests.browser.test_desk_fits import TOO_WIDE
from tests.pipeline.accounts.authenticator import PASSWORD, WRONG

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEEN_KEY = "() => document.querySelector('.second-factor-key').textContent"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def log_in(page: Page, site: str, to: str) -> None:
    page.goto(f"{site}{to}")
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")


def wrong_on(page: Page, axe: str) -> list[str]:
    too_wide = ["wider than the window"] if page.evaluate(TOO_WIDE) > 0 else []
    return [f"{page.url}: {text}" for text in (*violations(page, axe), *too_wide)]


@pytest.mark.parametrize("width", [360, 1024])
def test_it_is_set_up_and_asked_for(page: Page, live_server: LiveServer, axe: str, width: int) -> None:
    get_user_model().objects.create_superuser("grace", password=PASSWORD)
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, live_server.url, "/account/")
    wrong = wrong_on(page, axe)
    press(page, "Set up a second factor")
    page.get_by_role("img", name="QR code").wait_for()
    wrong += wrong_on(page, axe)
    key = b32decode(page.evaluate(SEEN_KEY).replace(" ", "").upper())
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code").fill(f"{totp(key):06}")
    press(page, "Ask for a code at each login")
    backup_codes = page.get_by_label("Backup codes").input_value().split()
    assert len(backup_codes) == 10
    wrong += wrong_on(page, axe)
    page.get_by_role("link", name="I have kept them: to the studies").click()
    page.get_by_role("link", name="grace, your account").click()
    page.get_by_text("10 of your backup codes are left").wait_for()
    wrong += wrong_on(page, axe)
    press(page, "Log out")

    log_in(page, live_server.url, "/help/")
    wrong += wrong_on(page, axe)
    page.get_by_label("Code").fill(WRONG)
    press(page, "Log in")
    page.get_by_text("This code is not valid").wait_for()
    wrong += wrong_on(page, axe)
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0)  # half a minute later
    page.get_by_label("Code").fill(f"{totp(key):06}")
    press(page, "Log in")
    page.wait_for_url(f"{live_server.url}/help/")
    assert wrong == []
