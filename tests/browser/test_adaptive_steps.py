"""Adaptive levels in the browser: steps of a block follow each other without a break."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from study.models import Trial
from tests.study.factories import open_study_version, player

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIDES = (1.0, 0.7, 0.5, 0.35)
NEXT = "#trial:not([hidden])[data-phase='answering'], #break:not([hidden]), [name=seriously]"


def test_a_break_comes_after_a_block_and_not_after_a_step(page: Page, live_server: LiveServer) -> None:
    version = open_study_version(
        assignment="adaptive", adaptive_step=2, sides=SIDES, trials_per_person=12, block_size=6,
        catch_share=0.0, practice_trials=0, fixation_ms=60,
    )  # fmt: skip
    session = player(version, timezone.now())
    page.goto(f"{live_server}/s/{session.token}/")
    page.locator("#start").click()
    breaks_after: list[int] = []
    answered = Trial.objects.filter(session=session).answered()
    while True:
        page.locator(NEXT).first.wait_for()
        if page.locator("[name=seriously]").count():
            break
        if page.locator("#break").is_visible():
            breaks_after.append(answered.count())
            page.locator("#continue").click()
            page.locator("#break").wait_for(state="hidden")
            continue
        before = page.locator("#trial").get_attribute("data-place")
        page.locator("[data-choice='0']").click()
        page.wait_for_function(
            """([place]) => { const trial = document.querySelector("#trial");
            return !trial || trial.hidden || trial.dataset.phase !== "answering"
                || trial.dataset.place !== place }""",
            arg=[before],
        )
    assert breaks_after == [6]
    assert answered.count() == 12
    assert answered.filter(level_probability__gt=0).count() == 12
