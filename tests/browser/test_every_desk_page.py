"""Every page of the desk, light and dark: axe finds nothing, and nothing is wider than the window."""

from __future__ import annotations

from typing import Literal

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from pipeline.analysis.analysis_request import request_analysis
from study.models import Study
from study.models.people import Mode
from tests.browser.axe import violations
from tests.browser.test_desk_fits import TOO_WIDE
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import work_off
from tests.study.factories import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]
OF_THE_SITE = ("/desk/", "/help/", "/studies/new/", "/studies/import/", "/tokens/", "/account/", "/space/")
OF_A_STUDY = (
    *("", "import/", "power/", "notices/", "machine/", "machine/searches/", "pilot/", "crops/1/", "members/"),
    *("log/", "answers/", "outside/", "people/", "people/?mode=simulated", "recruiting/", "storage/"),
    "compare/",
)
DRAWN = "[...document.querySelectorAll('.drawn')].map((figure) => figure.getBoundingClientRect().width)"


@pytest.fixture
def study() -> Study:
    """Four robots have answered, and their answers are analysed."""
    study = answered_version(people=4).study
    study.owner = get_user_model().objects.create_superuser("grace")
    study.save()
    for item in study.items.all():
        item.photo.save(item.source_name, ContentFile(picture(seed=item.pk % 200)))
    request_analysis(study, Mode.SIMULATED)
    work_off(study)
    return study


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("width", "scheme"), [(1024, "light"), (1440, "dark")])
def test_axe_finds_nothing(
    page: Page, live_server: LiveServer, study: Study, axe: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    _log_in(page, live_server, study)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    wrong: list[str] = []
    for address in _addresses(study):
        page.goto(live_server.url + address)
        wrong += [f"{address}: {text}" for text in violations(page, axe)]
        if page.evaluate(TOO_WIDE) > 0:
            wrong.append(f"{address}: wider than the window")
    assert wrong == []


def test_every_page_fits_a_phone(page: Page, live_server: LiveServer, study: Study) -> None:
    _log_in(page, live_server, study)
    page.set_viewport_size({"width": 390, "height": 844})
    wider: list[str] = []
    for address in _addresses(study):
        page.goto(live_server.url + address)
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        if page.evaluate(TOO_WIDE) > 0:
            wider.append(address)
    assert wider == []


def test_figures_are_not_shrunk_on_a_phone_until_their_letters_cannot_be_read(
    page: Page, live_server: LiveServer, study: Study
) -> None:
    _log_in(page, live_server, study)
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("", "machines/"):
        page.goto(f"{live_server.url}/desk/{study.code}/report/{study.analyses.get().pk}/{name}")
        widths = page.evaluate(DRAWN)
        assert widths, name
        assert min(widths) >= 500, "letters of 8 pt stay above 6 pt"


def _addresses(study: Study) -> list[str]:
    report = f"report/{study.analyses.get().pk}/"
    of_the_study = (*OF_A_STUDY, report, f"{report}photos/", f"{report}machines/")
    return [*OF_THE_SITE, *(f"/desk/{study.code}/{name}" for name in of_the_study)]


def _log_in(page: Page, live_server: LiveServer, study: Study) -> None:
    client = Client()
    client.force_login(study.owner)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def test_axe_finds_nothing_before_anybody_can_log_in(page: Page, live_server: LiveServer, axe: str) -> None:
    page.goto(live_server.url.replace("127.0.0.1", "localhost"))
    page.get_by_role("button", name="Make the account").wait_for()
    assert violations(page, axe) == []
    get_user_model().objects.create_superuser("grace")
    page.goto(live_server.url)
    page.get_by_role("button", name="To the study").wait_for()
    assert violations(page, axe) == []
