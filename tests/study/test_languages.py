"""Every page speaks the participant's language, whole, and lets them choose another."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import to_locale

from study import sessions
from study.languages.catalogues import read_catalogue
from study.languages.messages import messages_for
from study.languages.offered import CATALOGUES, offered
from study.models import Participant, Session, StudyVersion
from tests.study.factories import DEVICE, newcomer, open_study_version, player
from tests.study.playing import play_block, play_to_the_end, play_to_the_questions

GERMAN_NUMBER = re.compile(r'(?:data-[\w-]+|value|min|max)="-?\d+,\d+"')
MARK = re.compile(r"%\(\w+\)[sdg]|\{\w+\}|<[^>]+>")
WANTED = {"en", "de", "fr", "es", "zh-hans", "zh-hant", "ja", "ar"}
TRANSLATED = [language.code for language in offered() if language.code != "en"]


def source_of(code: str) -> Path:
    return CATALOGUES / to_locale(code) / "LC_MESSAGES" / "django.po"


@pytest.fixture
def german() -> Client:
    return Client(headers={"Accept-Language": "de"})


def test_the_site_offers_the_languages_that_the_documentation_lists() -> None:
    table = (CATALOGUES.parents[1] / "docs" / "languages.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", table, re.MULTILINE)
    assert listed == [(each.code, each.own_name, each.state) for each in offered()]
    assert {code for code, _, _ in listed} >= WANTED


@pytest.mark.parametrize("code", TRANSLATED)
class TestCatalogue:
    @pytest.mark.sampled
    def test_it_translates_every_message_of_its_readers_and_no_other(self, code: str) -> None:
        messages = messages_for(code)
        assert len(messages) > (300 if code == "de" else 200)
        assert {entry.message for entry in read_catalogue(source_of(code)).entries} == set(messages)

    def test_no_entry_is_fuzzy_or_empty_or_the_english_text(self, code: str) -> None:
        entries = read_catalogue(source_of(code)).entries
        assert [entry.message for entry in entries if entry.is_fuzzy or not all(entry.translation)] == []
        long = [entry for entry in entries if len(entry.message[0]) > 30]
        assert [entry.message for entry in long if entry.message[0] in entry.translation] == []

    def test_placeholders_and_elements_survive_translation(self, code: str) -> None:
        checked = 0
        for entry in read_catalogue(source_of(code)).entries:
            for text in entry.translation:
                assert sorted(MARK.findall(text)) == sorted(MARK.findall(entry.message[-1])), text
                checked += bool(MARK.search(text))
        assert checked > 10

    def test_what_a_text_calls_a_button_is_what_the_button_says(self, code: str) -> None:
        translations = {
            entry.message[0]: entry.translation[0] for entry in read_catalogue(source_of(code)).entries
        }
        named = 0
        for english, translation in translations.items():
            for button in re.findall("“(.+?)”", english):
                assert translations[button] in translation
                named += 1
        assert named >= 3

    @pytest.mark.sampled
    def test_what_is_compiled_is_its_source(self, code: str) -> None:
        catalogue = read_catalogue(source_of(code))
        with source_of(code).with_suffix(".mo").open("rb") as compiled:
            known = gettext.GNUTranslations(compiled)
        numbers = {known.plural(number): number for number in (*range(200), 1_000_000)}  # type: ignore[attr-defined]
        for entry in catalogue.entries:
            if len(entry.message) == 1:
                assert known.gettext(entry.message[0]) == entry.translation[0]
            else:
                forms = [known.ngettext(*entry.message, numbers[form]) for form in range(catalogue.forms)]
                assert forms == list(entry.translation)


class TestChoosing:
    def choose(self, client: Client, language: str, page: str) -> HttpResponse:
        return client.post(reverse("study:language"), {"language": language, "next": page})

    @pytest.mark.django_db
    def test_the_choice_outlives_the_visit_and_beats_the_browsers_own(self, client: Client) -> None:
        page = reverse("study:landing", args=[open_study_version().study.code]) + "?PROLIFIC_PID=p1"
        response = self.choose(client, "de", page)
        assert response.url == f"{page}&lang=de"
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
        assert {name for name in before if before[name] != after[name]} <= {"lease_until", "chosen_language"}

    @pytest.mark.thorough
    @pytest.mark.django_db
    def test_every_page_offers_each_in_its_own_words(self, client: Client) -> None:
        version = open_study_version()
        session = player(version)
        for name in ("landing", "consent", "declined"):
            self.assert_offers(client, reverse(f"study:{name}", args=[version.study.code]))
        for name in ("session", "withdraw"):
            self.assert_offers(client, reverse(f"study:{name}", args=[session.token]))
        self.assert_offers(client, f"/s/{'0' * 32}/")

    def assert_offers(self, client: Client, page: str) -> None:
        html = client.get(page).content.decode()
        offer = '<button name="language" value="{0}" lang="{0}" dir="auto"{2}>{1}</button>'
        assert offer.format("en", "English", ' aria-current="true"') in html
        assert offer.format("de", "Deutsch", "") in html
        assert offer.format("zh-hant", "繁體中文", "") in html
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


@pytest.mark.thorough
@pytest.mark.django_db
def test_no_number_that_scripts_read_is_written_in_german(german: Client) -> None:
    session = newcomer(open_study_version(stimulus_ms=200))
    page = german.get(reverse("study:session", args=[session.token])).content.decode()
    assert 'data-slowest-hz="30.0"' in page
    assert not GERMAN_NUMBER.search(page)


@pytest.mark.thorough
@pytest.mark.django_db
def test_the_steps_are_german_too(german: Client) -> None:
    session = player(open_study_version())
    page = reverse("study:session", args=[session.token])
    assert "Fotos zeigen" in german.get(page).content.decode()
    play_to_the_questions(session)
    assert "Letzte Fragen" in german.get(page).content.decode()


def pages_in(language: str, version: StudyVersion) -> Iterable[str]:
    """Each page of a whole session, and those before it, as a reader of the language gets them."""
    client = Client(headers={"Accept-Language": language})
    for name in ("landing", "consent", "declined"):
        yield client.get(reverse(f"study:{name}", args=[version.study.code])).content.decode()
    session = newcomer(version)
    page = reverse("study:session", args=[session.token])
    yield client.get(page).content.decode()
    sessions.device_checked(session.token, DEVICE)
    yield client.get(page).content.decode()
    sessions.instructions_read(session.token, understood=True)
    yield client.get(page).content.decode()
    play_to_the_questions(session)
    yield client.get(page).content.decode()
    play_to_the_end(session)
    yield client.get(page).content.decode()
    yield client.get(reverse("study:withdraw", args=[session.token])).content.decode()


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("language", TRANSLATED)
def test_no_page_of_a_session_mixes_english_into_another_language(language: str) -> None:
    version = open_study_version(ask_confidence=True)
    english = re.compile(r">\s*[^<]*\b(the|you|your|and|with)\b[^<]*<")
    for page in pages_in(language, version):
        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert english.search(re.sub("<title>.*?</title>", "", page)) is None


@pytest.mark.sampled
@pytest.mark.django_db
@pytest.mark.parametrize("language", TRANSLATED)
def test_classes_keep_their_name_their_direction_and_are_not_translated_by_browsers(language: str) -> None:
    session = player(open_study_version())
    client = Client(headers={"Accept-Language": language})
    page = client.get(reverse("study:session", args=[session.token])).content.decode()
    names = re.findall(r'<bdi class="name" translate="no"[^>]*>([^<]+)</bdi>', page)
    assert sorted(names) == sorted(
        category.name for category in session.participant.version.study.categories.all()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "spoken"), [("de", "de"), ("fr", "en"), ("ar", "en"), ("ja", "en")])
def test_researchers_pages_speak_the_two_languages_that_are_translated_for_them(
    wanted: str, spoken: str, admin_client: Client
) -> None:
    page = admin_client.get(reverse("admin:index"), headers={"Accept-Language": wanted}).content.decode()
    assert f'<html lang="{spoken}"' in page
