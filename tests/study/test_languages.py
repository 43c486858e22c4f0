"""Every page speaks the participant's language, whole."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from study.models import Participant
from tests.study.factories import open_study_version, player
from tests.study.playing import play_to_the_questions

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "study" / "locale" / "de" / "LC_MESSAGES"
TRANSLATED = re.compile(r'{% translate "([^"]+)"|{% translate \'([^\']+)\'|\b_\(\s*"([^"]+)"\s*\)')


@pytest.fixture
def german(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    return Client(headers={"Accept-Language": "de"})


def strings_of_the_participants_side() -> set[str]:
    pages = list((ROOT / "templates" / "study").glob("*.html"))
    modules = [ROOT / "study" / name for name in ("forms.py", "freezing.py")]
    found = [match for path in [*pages, *modules] for match in TRANSLATED.findall(path.read_text())]
    return {next(filter(None, groups)) for groups in found}


def test_the_german_catalogue_knows_every_string():
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    strings = strings_of_the_participants_side()
    assert len(strings) > 100
    assert {text for text in strings if known.gettext(text) == text} <= {"Test"}


def test_the_compiled_catalogue_is_that_of_its_source():
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    source = (CATALOGUE / "django.po").read_text()
    entries = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(entries) > 150
    for original, translation in entries:
        assert known.gettext(original.replace('\\"', '"')) == translation.replace('\\"', '"')


@pytest.mark.django_db
def test_a_german_visitor_reads_german_and_agrees_to_a_german_text(german):
    version = open_study_version()
    landing = german.get(reverse("study:landing", args=[version.study.code]))
    assert '<html lang="de" dir="ltr">' in landing.content.decode()
    assert "Freiwillig" in landing.content.decode()
    german.post(reverse("study:consent", args=[version.study.code]), {"agree": "on"})
    participant = Participant.objects.get()
    assert participant.language == "de"
    assert "Die Teilnahme ist freiwillig" in participant.consent_text


@pytest.mark.django_db
def test_the_steps_are_german_too(german):
    session = player(open_study_version())
    page = reverse("study:session", args=[session.token])
    assert "Fotos zeigen" in german.get(page).content.decode()
    play_to_the_questions(session)
    assert "Zwei letzte Fragen" in german.get(page).content.decode()


@pytest.mark.django_db
def test_a_language_that_is_written_from_right_to_left_turns_the_page(settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    version = open_study_version()
    page = Client(headers={"Accept-Language": "ar"}).get(reverse("study:landing", args=[version.study.code]))
    assert '<html lang="ar" dir="rtl">' in page.content.decode()
