"""A researcher in Chromium: log in, look, analyse, read the report, export."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from pipeline.models import Loop
from study.models import StudyVersion
from tests.browser.axe import violations
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import work_off
from tests.study.factories import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME, PASSWORD = "grace", "compiler-1952"


@pytest.fixture
def version() -> StudyVersion:
    """A study that four robots and two attackers per level have answered."""
    version = answered_version(people=4)
    owner = get_user_model().objects.create_superuser(NAME, password=PASSWORD)
    version.study.owner = owner
    version.study.save()
    for item in version.study.items.all():
        item.photo.save(item.source_name, ContentFile(picture(seed=item.pk % 200)))
    return version


def test_from_login_to_export(page: Page, live_server: LiveServer, version: StudyVersion, axe: str) -> None:
    """On the way, axe finds nothing wrong with a page."""
    desk = f"{live_server.url}/desk/{version.study.code}/"
    Loop.objects.create(study=version.study, state=Loop.State.FINISHED).entries.create(
        level=1, decision="stop", reason="The levels are used up."
    )
    _log_in(page, desk)
    assert violations(page, axe) == []
    _what_is_open_stays_so_when_the_page_polls(page)
    page.get_by_role("button", name="Analyse simulated participants").click()
    page.get_by_text("its report says that they are robots").wait_for()
    work_off(version.study)
    page.goto(desk)
    made_at = f"{version.study.analyses.get().created_at:%Y-%m-%d %H:%M}"
    page.get_by_role("link", name=made_at, exact=True).click()
    page.get_by_text("The people in this report are simulated").wait_for()
    _all_pictures_are_drawn(page)
    assert violations(page, axe) == []
    page.goto(f"{desk}crops/1/")
    assert violations(page, axe) == []
    page.goto(f"{desk}machine/")
    assert violations(page, axe) == []
    counts = page.locator("tbody tr td:last-child").all_inner_texts()  # two seeds make one attack
    assert counts == ["0", "1", "2"]
    page.goto(desk)
    assert _exported(page) == {"human", "model"}


def _log_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Loop").wait_for()


def _what_is_open_stays_so_when_the_page_polls(page: Page) -> None:
    page.get_by_text("Other actions").click()
    before = page.locator("#progress").element_handle()
    page.evaluate(
        "htmx.ajax('GET', location.pathname + 'progress/', {target: '#progress', swap: 'outerHTML'})"
    )
    page.wait_for_function("(before) => !before.isConnected", arg=before)
    assert page.locator("#other-actions").get_attribute("open") is not None
    assert page.locator("#decisions").get_attribute("open") is None


def _all_pictures_are_drawn(page: Page) -> None:
    """Every image of the page was delivered and decoded; lazy ones are scrolled to first."""
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("(image) => image.decode()")


def _exported(page: Page) -> set[str]:
    """Kinds of agents in the table that the researcher downloads."""
    page.get_by_text("Single files").click()
    row = page.get_by_role("row", name="trials.csv")
    with page.expect_download() as download:
        row.get_by_role("link").last.click()
    table = Path(download.value.path()).read_text(encoding="utf-8")
    return {line["agent_type"] for line in csv.DictReader(table.splitlines())}
