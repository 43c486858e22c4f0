"""The desk's pages about people: no violation that axe finds, at two widths, light and dark."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from pipeline.actions.membership import invite
from study.models import Role, StudyVersion, Trial
from study.models.people import Mode
from tests.browser.axe import violations
from tests.pipeline.answered import answered_version
from tests.study.factories import NOW, newcomer, player, recruit
from tests.study.playing import play_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = os.environ.get("SWEETSPOT_PICTURES")  # a folder to look at the pages in


@pytest.fixture
def version() -> StudyVersion:
    """Six people who finished, three who did not; their trials have times."""
    version = answered_version(people=6, mode=Mode.LIVE)
    recruit(version, platform="prolific")
    newcomer(version)
    play_block(player(version))
    player(version)
    for place, trial in enumerate(Trial.objects.answered().order_by("session", "trial_index")):
        begun = NOW + timedelta(seconds=7 * (place % 12))
        times = {"begun_at": begun, "received_at": begun + timedelta(seconds=5)}
        rt = {"rt_ms": 5.0} if place % 11 == 4 else {}
        Trial.objects.filter(pk=trial.pk).update(**times, **rt)
    return version


def pages(version: StudyVersion) -> dict[str, str]:
    """Each page that is looked at, by a name for its picture."""
    person = version.participants.first().public_id
    return {
        "people": "people/",
        "person": f"people/{person}/",
        "recruiting": "recruiting/?people=60&reward=2.5&fee=33&minutes=15",
        "members": "members/",
        "log": "log/",
        "desk": "",
        "tokens": "../../tokens/",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_about_people_are_accessible_and_fit(
    page: Page, live_server: LiveServer, version: StudyVersion, axe: str, colours: str
) -> None:
    owner, client = get_user_model().objects.create_superuser("grace"), Client()
    get_user_model().objects.create_user("hedy", is_staff=True)
    invite(owner, version.study, "hedy", Role.READER)
    client.force_login(owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.emulate_media(color_scheme=colours)
    wrong: list[str] = []
    for width in (1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages(version).items():
            page.goto(f"{live_server.url}/desk/{version.study.code}/{path}")
            wrong += [f"{name} {width}: {text}" for text in violations(page, axe)]
            if page.evaluate(TOO_WIDE) > 0:
                wrong.append(f"{name} is wider than {width}")
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{colours}.png", full_page=True)
    assert wrong == []


def test_the_desk_fetches_by_itself_how_well_photos_were_shown(
    page: Page, live_server: LiveServer, version: StudyVersion
) -> None:
    owner, client = get_user_model().objects.create_superuser("grace"), Client()
    client.force_login(owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/desk/{version.study.code}/")
    page.get_by_role("heading", name="Timing quality").wait_for()
    assert not page.get_by_role("link", name="Timing and own questionnaire").count()
