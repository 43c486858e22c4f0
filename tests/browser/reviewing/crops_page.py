"""What a test does and sees on the page where crops are reviewed."""

from __future__ import annotations

import re

from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Stimulus, Study


def log_in(context: BrowserContext, live_server: LiveServer, study: Study) -> None:
    client = Client()
    client.force_login(study.owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])


def shown(page: Page) -> int:
    """The crop that is large on the page."""
    return int(re.search(r"crop=(\d+)", page.url)[1])


def reviews(study: Study) -> list[str]:
    crops = Stimulus.objects.filter(level__study=study, level__number=1, item__split="test")
    return sorted(crops.values_list("review", flat=True))


def expect_reviewed(page: Page, words: str) -> None:
    expect(page.locator("#reviewed")).to_have_text(words)


def expect_stored(page: Page) -> None:
    expect(page.locator("#stored")).to_have_text("All stored")
