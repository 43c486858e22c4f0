"""Pages of the desk fit their window, from a phone's on; on a small laptop the stages stand in one row."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.pipeline.studies import make_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("", "power/", "notices/", "import/", "machine/", "machine/searches/")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ROWS_OF_STAGES = """new Set([...document.querySelectorAll(".stepper li")]
    .map((stage) => stage.getBoundingClientRect().top)).size"""


@pytest.mark.parametrize("width", [390, 1024])
def test_no_page_of_the_desk_is_wider_than_its_window(
    page: Page, live_server: LiveServer, width: int
) -> None:
    owner, client = get_user_model().objects.create_superuser("grace"), Client()
    client.force_login(owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": width, "height": 768})
    study = make_study(pilot=True)
    for name in PAGES:
        page.goto(f"{live_server.url}/desk/{study.code}/{name}")
        assert page.locator(".desk").count(), name
        assert page.evaluate(TOO_WIDE) <= 0, name
    page.goto(f"{live_server.url}/desk/{study.code}/")
    if width == 1024:
        assert page.locator(".stepper li").count() == 8
        assert page.evaluate(ROWS_OF_STAGES) == 1
