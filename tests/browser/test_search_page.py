"""A search for a stronger attack in a browser: looked at, begun and shown, without a fault on the page."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.models import AttackerRun, AttackSearch
from pipeline.worker.execute import perform
from study.models import Study
from tests.attacker.search.misleading import LEVEL
from tests.browser.axe import violations
from tests.browser.test_desk_fits import TOO_WIDE
from tests.pipeline.answered import add_run
from tests.pipeline.searches.planted_study import asked, planted_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture
def study() -> Study:
    study = planted_study()
    Study.objects.filter(pk=study.pk).update(owner=get_user_model().objects.create_superuser("grace"))
    study.refresh_from_db()
    for level, skill in ((0, 1.0), (LEVEL, 0.4)):
        run = add_run(study, level, 0, skill, net="efficientnet_lite0")
        AttackerRun.objects.filter(pk=run.pk).update(seconds=40.0)
    return study


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["laptop", "phone"])
def test_a_search_is_looked_at_begun_and_shown(
    page: Page, live_server: LiveServer, study: Study, axe: str, width: int, height: int
) -> None:
    client = Client()
    client.force_login(study.owner)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url + reverse("pipeline:machine", args=[study.code]))
    page.get_by_role("link", name="Search for a stronger attack").click()
    page.get_by_role("link", name="Search on level 1").click()
    expect(page.get_by_text("the search takes about 6 min")).to_be_visible(timeout=20_000)
    assert violations(page, axe) == []
    page.get_by_label("Recipes to try, at most").fill("6")
    page.get_by_role("button", name="Say what it would take").click()
    expect(page.get_by_text("the search takes about 3 min")).to_be_visible(timeout=20_000)
    assert not AttackSearch.objects.exists(), "nothing begins by looking"
    page.get_by_role("button", name="Search for a stronger attack on level 1").click()
    expect(page.get_by_role("heading", name="Level 1: waits for a worker")).to_be_visible(timeout=20_000)
    assert violations(page, axe) == []
    page.get_by_role("button", name="Stop the search on level 1").click()
    expect(page.get_by_text("is being stopped")).to_be_visible(timeout=20_000)
    perform(asked(study).job.pk)
    page.goto(live_server.url + reverse("pipeline:searches", args=[study.code]))
    page.locator("summary", has_text="trials").click()
    expect(page.get_by_role("heading", name="Level 1: 6 recipes tried, the strongest")).to_be_visible()
    assert violations(page, axe) == []
    assert page.evaluate(TOO_WIDE) <= 0
