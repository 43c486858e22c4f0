"""The form that asks an endpoint, in a browser: axe finds nothing before and after, nothing is too wide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.brought import pack_actions
from pipeline.inquiries.named_endpoints import NamedEndpoint
from pipeline.models import Inquiry
from study.models import Study
from tests.browser.axe import violations
from tests.browser.test_desk_fits import TOO_WIDE
from tests.study.factories import draft_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]
LAB = NamedEndpoint(
    "http://127.0.0.1:9/v1", price_in=Decimal("2.5"), price_out=Decimal(10), photo_tokens=300
)  # nothing listens there, and nothing is sent


@pytest.fixture
def study(settings: Any) -> Study:
    settings.ENDPOINTS = {"lab": LAB}
    study = draft_study(test_photos=4)
    study.owner, study.photos_may_leave = get_user_model().objects.create_superuser("grace"), True
    study.save()
    pack_actions.freeze(study.owner, study)
    return study


@pytest.fixture
def desk(page: Page, live_server: LiveServer, study: Study) -> Page:
    client = Client()
    client.force_login(study.owner)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["laptop", "phone"])
def test_an_endpoint_is_planned_by_clicks_on_a_page_without_faults(
    desk: Page, live_server: LiveServer, study: Study, axe: str, width: int, height: int
) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    desk.goto(live_server.url + reverse("pipeline:outside", args=[study.code]))
    assert violations(desk, axe) == []
    desk.get_by_label("Model, as the endpoint names it").fill("planted")
    desk.get_by_label("Name of the machine in this study").fill("vlm")
    desk.get_by_label("Cap on the cost").fill("5")
    desk.get_by_role("button", name="Say what it would cost").click()
    expect(desk.get_by_role("heading", name="vlm: look before it is asked")).to_be_visible(timeout=20_000)
    assert Inquiry.objects.get().job is None, "nothing is sent by looking"
    assert violations(desk, axe) == []
    assert desk.evaluate(TOO_WIDE) <= 0
    desk.get_by_role("button", name="Throw this plan away").click()
    expect(desk.get_by_text("The plan to ask vlm is thrown away.")).to_be_visible(timeout=20_000)
    assert not Inquiry.objects.exists()


def test_what_is_missing_is_said_beside_its_field(
    desk: Page, live_server: LiveServer, study: Study, axe: str
) -> None:
    desk.goto(live_server.url + reverse("pipeline:outside", args=[study.code]))
    for field in ("Model, as the endpoint names it", "Name of the machine in this study"):
        desk.get_by_label(field).fill(" ")
    desk.get_by_role("button", name="Say what it would cost").click()
    expect(desk.get_by_text("This field is required.").first).to_be_visible(timeout=20_000)
    assert violations(desk, axe) == []
    assert not Inquiry.objects.exists()
