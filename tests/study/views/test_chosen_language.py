"""A language that was chosen stays with a person who keeps no cookie: from the link to the last page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from study import sessions
from study.models import Session, StudyVersion, UnknownParameter
from tests.study.factories import DEVICE, open_study_version, recruit
from tests.study.playing import open_block

pytestmark = pytest.mark.django_db


class Cookieless:
    """Somebody whose browser, set to English, keeps no cookie, as in a frame of another site."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.address = ""

    def get(self, address: str) -> str:
        self.client.cookies.clear()
        response = self.client.get(address, headers={"Accept-Language": "en"}, follow=True)
        self.address = response.request["PATH_INFO"]
        return response.content.decode()

    def post(self, address: str, fields: dict[str, str]) -> str:
        self.client.cookies.clear()
        response = self.client.post(address, fields, headers={"Accept-Language": "en"})
        self.address = response.url if response.status_code == 302 else address
        return self.get(self.address) if response.status_code == 302 else response.content.decode()

    def choose(self, page: str, language: str) -> str:
        """Press the button of a language on a page."""
        (following,) = re.findall(r'name="next" value="([^"]*)"', page)
        return self.post(
            reverse("study:language"), {"language": language, "next": following.replace("&amp;", "&")}
        )

    def fields_of(self, page: str) -> dict[str, str]:
        """What the form of a page carries on."""
        form = page.split("<main")[1]
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


@pytest.fixture
def visitor(client: Client) -> Cookieless:
    return Cookieless(client)


def language_of(page: str) -> str:
    return re.findall(r'<html lang="([^"]+)"', page)[0]


def landing_of(version: StudyVersion) -> str:
    return reverse("study:landing", args=[version.study.code])


def test_from_the_switch_on_the_first_page_to_the_player(visitor: Cookieless) -> None:
    version = open_study_version()
    recruit(version, platform="prolific")
    page = visitor.choose(visitor.get(f"{landing_of(version)}?PROLIFIC_PID=p1"), "ja")
    assert language_of(page) == "ja"
    carried = visitor.fields_of(page)
    assert carried == {"PROLIFIC_PID": "p1", "lang": "ja"}
    consent = reverse("study:consent", args=[version.study.code])
    assert language_of(visitor.get(f"{consent}?PROLIFIC_PID=p1&lang=ja")) == "ja"
    assert language_of(visitor.post(consent, carried | {"agree": "on"})) == "ja"
    session = Session.objects.get()
    assert (session.chosen_language, session.participant.language) == ("ja", "ja")
    sessions.device_checked(session.token, DEVICE)
    assert language_of(visitor.get(visitor.address)) == "ja"
    again = visitor.post(reverse("study:instructions", args=[session.token]), {})
    assert language_of(again) == "ja", "a form with an error too"


def test_the_switch_within_a_session_is_kept_by_the_session(visitor: Cookieless) -> None:
    version = open_study_version()
    visitor.post(reverse("study:consent", args=[version.study.code]), {"agree": "on"})
    session = Session.objects.get()
    address = reverse("study:session", args=[session.token])
    assert language_of(visitor.choose(visitor.get(address), "ar")) == "ar"
    assert language_of(visitor.get(address)) == "ar"
    assert language_of(visitor.get(reverse("study:withdraw", args=[session.token]))) == "ar"


def test_a_link_may_ask_for_a_language_and_that_is_no_unknown_parameter(visitor: Cookieless) -> None:
    version = open_study_version()
    assert language_of(visitor.get(f"{landing_of(version)}?lang=fr")) == "fr"
    declined = reverse("study:declined", args=[version.study.code])
    assert language_of(visitor.get(f"{declined}?lang=zh-hant")) == "zh-hant"
    assert not UnknownParameter.objects.exists()


@pytest.mark.parametrize("wanted", ["xx", "", "%3Cb%3E", "ar"])
def test_a_language_that_is_not_offered_changes_nothing(visitor: Cookieless, wanted: str) -> None:
    version = open_study_version(languages=["en", "de"])
    assert language_of(visitor.get(f"{landing_of(version)}?lang={wanted}")) == "en"


def test_a_choice_for_a_session_that_does_not_exist_is_no_error(visitor: Cookieless) -> None:
    address = f"/s/{'0' * 32}/"
    visitor.client.cookies.clear()
    response = visitor.client.post(reverse("study:language"), {"language": "de", "next": address})
    assert (response.status_code, response.url) == (302, address)


def test_names_of_classes_follow_the_choice(visitor: Cookieless) -> None:
    version = open_study_version(task="yes_no", practice_trials=0)
    for category in version.config["categories"]:
        category["labels"] = {"de": f"{category['name']} auf Deutsch", "en": "English"}
    version.save()
    visitor.post(reverse("study:consent", args=[version.study.code]), {"agree": "on", "lang": "de"})
    session = Session.objects.get()
    sessions.device_checked(session.token, DEVICE)
    sessions.instructions_read(session.token, understood=True)
    targets = [served.target for served in open_block(session).trials]
    assert all(target is not None and target.text.endswith("auf Deutsch") for target in targets)
