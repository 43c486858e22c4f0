"""Mechanical Turk's page frames the study and takes the work by a form, under a real browser's rules."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from study.models import Participant, Session
from tests.study.factories import open_study_version, recruit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKER = "https://worker.mturk.com/task"
SUBMIT = "https://workersandbox.mturk.com/mturk/externalSubmit"
TAKEN = "assignmentId=as1&hitId=H1&workerId=A1&turkSubmitTo=https%3A%2F%2Fworkersandbox.mturk.com"
PREVIEW = "assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H1"


def frame(route: Route, address: str) -> None:
    body = f'<!doctype html><title>MTurk</title><iframe src="{address}" width="1200" height="700"></iframe>'
    route.fulfill(body=body, content_type="text/html")


def test_a_worker_goes_from_preview_to_handing_in(page: Page, live_server: LiveServer) -> None:
    version = open_study_version(fixation_ms=60, practice_trials=0, trials_per_person=3, catch_share=0.0)
    recruit(version, platform="mturk")
    study = f"{live_server}/s/{version.study.code}/"
    handed_in: list[str] = []
    page.route(f"{SUBMIT}**", lambda route: take(route, handed_in))

    page.route(f"{WORKER}?preview", lambda route: frame(route, f"{study}?{PREVIEW}"))
    page.goto(f"{WORKER}?preview")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_text("Accept the HIT first")).to_be_visible()
    assert not Participant.objects.exists()

    page.route(f"{WORKER}?taken", lambda route: frame(route, f"{study}?{TAKEN}"))
    page.goto(f"{WORKER}?taken")
    inside.get_by_role("button", name="Start").click()
    inside.get_by_role("checkbox").check()
    inside.get_by_role("button", name="Continue").click()
    inside.get_by_text("Everything is fine.").wait_for()
    inside.get_by_role("button", name="Continue").click()
    inside.locator("[name=task][value=action]").check()
    inside.locator("[name=unsure][value=guess]").check()
    inside.get_by_role("button", name="Continue").click()
    inside.get_by_role("button", name="Show the photos").click()
    for place in (1, 2, 3):
        inside.locator(f"#trial[data-place='{place}'][data-phase='answering']").wait_for()
        inside.locator("[data-choice='0']").click()
    inside.get_by_role("group", name="technical problems").get_by_label("No").check()
    inside.get_by_label("Yes, I answered seriously").check()
    inside.get_by_role("button", name="Finish").click()
    inside.get_by_role("button", name="Hand in").click()
    expect(inside.get_by_text("taken")).to_be_visible()

    session = Session.objects.get()
    assert page.context.cookies(str(live_server)) == [], "a frame of another site keeps no cookie"
    assert len(handed_in) == 1
    assert "assignmentId=as1" in handed_in[0]
    assert f"code={session.completion_code}" in handed_in[0]


def test_a_language_chosen_in_the_frame_stays_without_a_cookie(page: Page, live_server: LiveServer) -> None:
    version = open_study_version()
    recruit(version, platform="mturk")
    page.route(
        f"{WORKER}?taken", lambda route: frame(route, f"{live_server}/s/{version.study.code}/?{TAKEN}")
    )
    page.goto(f"{WORKER}?taken")
    inside = page.frame_locator("iframe")
    inside.get_by_text("Language").click()
    inside.get_by_role("button", name="Deutsch").click()
    inside.get_by_role("button", name="Beginnen").click()
    inside.get_by_role("checkbox").check()
    inside.get_by_role("button", name="Weiter").click()
    inside.get_by_text("Alles in Ordnung.").wait_for()
    inside.locator(".languages summary").click()
    inside.get_by_role("button", name="Français").click()
    expect(inside.locator("html")).to_have_attribute("lang", "fr")
    inside.locator("#go-on").click()
    expect(inside.locator("html")).to_have_attribute("lang", "fr")
    assert Session.objects.get().chosen_language == "fr"
    assert page.context.cookies(str(live_server)) == []


def take(route: Route, handed_in: list[str]) -> None:
    handed_in.append(route.request.post_data or "")
    route.fulfill(body="<p>taken</p>", content_type="text/html")


def test_another_site_cannot_frame_it(page: Page, live_server: LiveServer, forgiven: list[str]) -> None:
    forgiven.append("frame")
    version = open_study_version()
    recruit(version, platform="mturk")
    elsewhere = "https://elsewhere.example/"
    page.route(f"{elsewhere}**", lambda route: frame(route, f"{live_server}/s/{version.study.code}/?{TAKEN}"))
    page.goto(elsewhere)
    expect(page.frame_locator("iframe").get_by_role("button", name="Start")).to_have_count(0)
