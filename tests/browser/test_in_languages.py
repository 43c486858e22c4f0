"""Pages and a trial in other scripts and the other direction: nothing that axe finds, all in view."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from study.models import Category
from tests.browser.axe import violations
from tests.browser.chromium_window import ChromiumWindow
from tests.browser.screens import in_view, is_whole
from tests.browser.visitor import Visitor
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOW_LANGUAGES = "document.querySelector('.languages').open = true"


def looked_at(page: Page, axe: str, name: str) -> list[str]:
    """What is wrong with a page; where LOOK names a folder, it is drawn there to be looked at."""
    if "LOOK" in os.environ:
        page.screenshot(path=Path(os.environ["LOOK"]) / f"{name}.png")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return violations(page, axe) + (["wider than the screen"] if width > 0 else [])


@pytest.mark.parametrize("language", ["ar", "ja", pytest.param("zh-hans", marks=pytest.mark.slow)])
def test_from_the_first_page_to_a_trial(
    phone_page: Page, live_server: LiveServer, axe: str, language: str
) -> None:
    page, direction = phone_page, "rtl" if language == "ar" else "ltr"
    version = open_study_version(
        classes=("dribbling", "dunk", "long_jump"), fixation_ms=60, practice_trials=0
    )
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto(f"{live_server}/s/{version.study.code}/")
    assert page.evaluate("document.documentElement.dir") == direction
    page.evaluate(SHOW_LANGUAGES)
    assert looked_at(page, axe, f"{language}-landing") == []
    page.goto(f"{live_server}/s/{version.study.code}/consent")
    assert looked_at(page, axe, f"{language}-consent") == []
    page.goto(f"{live_server}/s/{player(version, timezone.now()).token}/")
    visitor = Visitor(ChromiumWindow(page), page.url, hand="touch")
    page.locator("#start").tap()
    visitor.wait_for_photo(1)
    assert looked_at(page, axe, f"{language}-trial") == []
    assert is_whole(in_view(page))
    names = page.locator(".answers .name")
    assert {name.get_attribute("translate") for name in names.all()} == {"no"}
    assert sorted(names.all_inner_texts()) == sorted(
        name.replace("_", " ") for name in Category.objects.values_list("name", flat=True)
    )
    assert {name.evaluate("node => getComputedStyle(node).direction") for name in names.all()} == {"ltr"}
