"""Every page speaks the participant's language, whole, and lets them choose another."""

from __future__ import annotations

import gettext
import re
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from study.models import Participant, Session
from tests.study.catalogue import ROOT, entries, messages
from tests.study.factories import newcomer, open_study_version, player
from tests.study.playing import play_block, play_to_the_questions

CATALOGUE = ROOT / "study" / "locale" / "de" / "LC_MESSAGES" / "django.po"
GERMAN_NUMBER = re.compile(r'(?:data-[\w-]+|value|min|max)="-?\d+,\d+"')
PLACEHOLDER = re.compile(r"%\(\w+\)[sdg]|\{\w+\}")


@pytest.fixture
def german(settings: Settings) -> Client:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    return Client(headers={"Accept-Language": "de"})


class TestCatalogue:
    def test_it_translates_every_message_of_pages_and_modules(self) -> None:
        wanted = messages()
        translated = {ids[0] for ids, texts, _ in entries(CATALOGUE) if all(texts)}
        assert len(wanted) > 150
        assert wanted - translated - {ids[1] for ids, _, _ in entries(CATALOGUE) if len(ids) > 1} == set()

    def test_it_holds_nothing_that_no_page_says(self) -> None:
        known = {text for ids, _, _ in entries(CATALOGUE) for text in ids} - {""}
        assert known - messages() == set()

    def test_no_entry_is_fuzzy_or_empty(self) -> None:
        for ids, texts, comments in entries(CATALOGUE):
            assert "fuzzy" not in comments, ids
            assert all(texts), ids

    def test_placeholders_survive_translation(self) -> None:
        checked = 0
        for ids, texts, _ in entries(CATALOGUE):
            for original, translation in zip(ids, texts, strict=True):
                assert sorted(PLACEHOLDER.findall(original)) == sorted(PLACEHOLDER.findall(translation))
                checked += bool(PLACEHOLDER.search(original))
        assert checked > 10

    def test_what_is_compiled_is_its_source(self) -> None:
        with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
            known = gettext.GNUTranslations(compiled)
        for ids, texts, _ in entries(CATALOGUE):
            if ids == [""]:
                continue
            translations = (
                [known.gettext(ids[0])]
                if len(ids) == 1
                else [known.ngettext(*ids, 1), known.ngettext(*ids, 2)]
            )
            assert translations == texts


class TestChoosing:
    def choose(self, client: Client, language: str, page: str) -> HttpResponse:
        return client.post(reverse("study:language"), {"language": language, "next": page})

    @pytest.mark.django_db
    def test_the_choice_outlives_the_visit_and_beats_the_browsers_own(self, client: Client) -> None:
        page = reverse("study:landing", args=[open_study_version().study.code]) + "?PROLIFIC_PID=p1"
        response = self.choose(client, "de", page)
        assert response.url == page
        assert response.cookies["django_language"]["max-age"] > 30 * 24 * 3600
        seen = client.get(page, headers={"Accept-Language": "en"}).content.decode()
        assert '<html lang="de"' in seen
        assert 'value="p1"' in seen, "the platform's parameters stay"

    @pytest.mark.django_db
    def test_a_session_goes_on_where_it_was(self, client: Client) -> None:
        session = player(open_study_version())
        play_block(session)
        page = reverse("study:session", args=[session.token])
        before = Session.objects.filter(pk=session.pk).values().get()
        self.choose(client, "de", page)
        response = client.get(page)
        assert "Jetzt zählt es" in response.content.decode()
        assert "default-src 'self'" in response["Content-Security-Policy"]
        after = Session.objects.filter(pk=session.pk).values().get()
        assert {name for name in before if before[name] != after[name]} <= {"lease_until"}

    @pytest.mark.django_db
    def test_every_page_offers_both_in_their_own_words(self, client: Client) -> None:
        version = open_study_version()
        session = player(version)
        for name in ("landing", "consent", "declined"):
            self.assert_offers(client, reverse(f"study:{name}", args=[version.study.code]))
        for name in ("session", "withdraw"):
            self.assert_offers(client, reverse(f"study:{name}", args=[session.token]))
        self.assert_offers(client, f"/s/{'0' * 32}/")

    def assert_offers(self, client: Client, page: str) -> None:
        html = client.get(page).content.decode()
        assert '<button name="language" value="en" lang="en" aria-current="true">English</button>' in html
        assert '<button name="language" value="de" lang="de">Deutsch</button>' in html
        assert f'name="next" value="{page}"' in html

    @pytest.mark.django_db
    def test_a_form_with_an_error_leads_to_a_page_that_can_be_opened(self, client: Client) -> None:
        session = player(open_study_version())
        page = client.post(reverse("study:questions", args=[session.token]), {}).content.decode()
        assert f'name="next" value="{reverse("study:session", args=[session.token])}"' in page

    @pytest.mark.parametrize(
        ("language", "page"),
        [
            ("xx", "/s/abc/"),
            ("de", "https://elsewhere.example/s/"),
            ("de", "//elsewhere.example/s/"),
            ("de", "/admin/"),
            ("de", ""),
        ],
    )
    def test_unknown_languages_and_other_places_are_refused(
        self, client: Client, language: str, page: str
    ) -> None:
        response = self.choose(client, language, page)
        assert response.status_code == HTTPStatus.BAD_REQUEST
        assert not response.cookies

    def test_no_other_site_may_choose(self) -> None:
        strict = Client(headers={"Sec-Fetch-Site": "cross-site"})
        response = self.choose(strict, "de", "/s/abc/")
        assert response.status_code == HTTPStatus.FORBIDDEN
        assert "open for too long" in response.content.decode()


@pytest.mark.django_db
def test_a_german_visitor_reads_german_and_agrees_to_a_german_text(german: Client) -> None:
    version = open_study_version()
    landing = german.get(reverse("study:landing", args=[version.study.code]))
    assert '<html lang="de" dir="ltr">' in landing.content.decode()
    assert "Freiwillig" in landing.content.decode()
    german.post(reverse("study:consent", args=[version.study.code]), {"agree": "on"})
    participant = Participant.objects.get()
    assert participant.language == "de"
    assert "Die Teilnahme ist freiwillig" in participant.consent_text


@pytest.mark.django_db
def test_no_number_that_scripts_read_is_written_in_german(german: Client) -> None:
    session = newcomer(open_study_version(stimulus_ms=200))
    page = german.get(reverse("study:session", args=[session.token])).content.decode()
    assert 'data-slowest-hz="30.0"' in page
    assert not GERMAN_NUMBER.search(page)


@pytest.mark.django_db
def test_the_steps_are_german_too(german: Client) -> None:
    session = player(open_study_version())
    page = reverse("study:session", args=[session.token])
    assert "Fotos zeigen" in german.get(page).content.decode()
    play_to_the_questions(session)
    assert "Letzte Fragen" in german.get(page).content.decode()


@pytest.mark.django_db
def test_a_language_that_is_written_from_right_to_left_turns_the_page(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    version = open_study_version()
    page = Client(headers={"Accept-Language": "ar"}).get(reverse("study:landing", args=[version.study.code]))
    assert '<html lang="ar" dir="rtl">' in page.content.decode()
