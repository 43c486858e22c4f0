"""A real Chromium against a live server, and people who take part in it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.axe import fetch_axe
from tests.browser.chromium import chromium_of

PHONE = {"width": 390, "height": 780}
LAPTOP = {"width": 1280, "height": 800}
PLAIN_HOST = "laptop.example"  # by plain http, not this machine's own name: browsers trust it less
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=LocalNetworkAccessChecks",  # a platform's page may frame this machine's own site
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
]


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    # Playwright's synchronous interface runs an event loop in this thread; queries beside it do no harm.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(executable_path=chromium_of(playwright_driver), args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fetch_axe(tmp_path_factory.mktemp("axe"))


@pytest.fixture
def laptop(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=LAPTOP)
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    yield context
    context.close()


@pytest.fixture
def forgiven() -> list[str]:
    """What the console may say in this test, such as `NO_NETWORK` where the test itself cuts the network."""
    return []


@pytest.fixture
def page(laptop: BrowserContext, forgiven: list[str]) -> Iterator[Page]:
    yield from _watched(laptop.new_page(), forgiven)


@pytest.fixture
def phone_page(phone: BrowserContext, forgiven: list[str]) -> Iterator[Page]:
    yield from _watched(phone.new_page(), forgiven)


def _watched(page: Page, forgiven: list[str]) -> Iterator[Page]:
    """A page whose own complaints fail the test: errors of scripts and of the content security policy."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    surprising = [text for text in complaints if not any(expected in text for expected in forgiven)]
    assert surprising == [], "the page complained in its console"
