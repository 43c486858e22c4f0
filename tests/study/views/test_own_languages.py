"""A researcher's texts in several languages, and the languages that a study offers."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from study import sessions
from study.freezing.freeze import NotReadyError, freeze, left_out
from study.models import Participant, Session, Study, StudyVersion, TranslatedTexts
from study.models.text_design import require_offered
from tests.study.addresses import address, begin_as, consent, landing
from tests.study.factories import DEVICE, NOW, draft_study, newcomer, open_version_of
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
QUESTION = {"question": "How many photos at once?", "answers": ["One", "Two"], "right": 0}
FRAGE = {"question": "Wie viele Fotos zugleich?", "answers": ["Eines", "Zwei"], "right": 0}
ENGLISH = {
    "title": "Half a photo",
    "pay": "3 pounds",
    "information": "# Who we are",
    "consent": "I agree to all of it.",
    "instructions": "Sit **upright**.",
    "debrief": "It was about crops.",
    "comprehension": [QUESTION],
}
GERMAN = {
    "title": "Ein halbes Foto",
    "pay": "3 Pfund",
    "information": "# Wer wir sind",
    "consent": "Ich willige in alles ein.",
    "instructions": "Sitzen Sie **gerade**.",
    "debrief": "Es ging um Ausschnitte.",
    "comprehension": [FRAGE],
}


def bilingual(**design: object) -> Study:
    study = draft_study(**ENGLISH, **design)
    TranslatedTexts.objects.create(study=study, language="de", **GERMAN)
    return study


@pytest.fixture
def version() -> StudyVersion:
    return open_version_of(bilingual())


def client_for(language: str) -> Client:
    return Client(headers={"Accept-Language": language})


def words_of_all_pages(language: str, version: StudyVersion) -> str:
    """What somebody reads from the first page to the last."""
    client = client_for(language)
    pages = [client.get(landing(version)), client.get(consent(version))]
    session = newcomer(version)
    sessions.device_checked(session.token, DEVICE)
    pages.append(client.get(address("session", session)))
    play_to_the_end(play_ready(session))
    pages.append(client.get(address("session", session)))
    return "".join(page.content.decode() for page in pages)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("language", "own", "others"),
    [("en", ENGLISH, GERMAN), ("de", GERMAN, ENGLISH), ("ja", ENGLISH, GERMAN)],
)
def test_each_text_comes_in_the_language_of_the_reader_or_of_the_design(
    language: str, own: dict[str, str], others: dict[str, str], version: StudyVersion
) -> None:
    plain = re.sub("</?strong>|</?h2>|</?p>", "", words_of_all_pages(language, version))
    for name, text in own.items():
        words = text[0]["question"] if name == "comprehension" else text.replace("*", "").removeprefix("# ")
        assert words in plain
    for name, text in others.items():
        words = text[0]["question"] if name == "comprehension" else text.replace("*", "").removeprefix("# ")
        assert words not in plain


def test_a_text_in_another_language_than_its_page_says_so(version: StudyVersion) -> None:
    page = client_for("ar").get(consent(version)).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<div lang="en" dir="auto"><h2>Who we are</h2>' in page


def test_what_somebody_agreed_to_is_stored_in_their_language(version: StudyVersion) -> None:
    begin_as(client_for("de"), version)
    agreed = Participant.objects.get()
    assert "Ich willige in alles ein." in agreed.consent_text
    assert "I agree to all of it." not in agreed.consent_text
    assert agreed.language == "de"


def test_the_answer_to_a_translated_question_counts_as_it_does_in_the_first_language(
    version: StudyVersion,
) -> None:
    session = newcomer(version)
    sessions.device_checked(session.token, DEVICE)
    client_for("de").post(address("instructions", session), {"question_0": "0"})
    assert Session.objects.get().status == Session.Status.PRACTICE


class TestOfferedLanguages:
    def offers(self, page: str) -> list[str]:
        return re.findall(r'name="language" value="([a-z-]+)"', page)

    @pytest.mark.thorough
    def test_a_study_offers_those_of_its_design(self) -> None:
        version = open_version_of(bilingual(languages=["de", "en"]))
        page = client_for("en").get(landing(version)).content.decode()
        assert sorted(self.offers(page)) == ["de", "en"]
        session = newcomer(version)
        page = client_for("en").get(address("session", session)).content.decode()
        assert sorted(self.offers(page)) == ["de", "en"]

    @pytest.mark.sampled
    @pytest.mark.parametrize(("wanted", "spoken"), [("de", "de"), ("ja", "en"), ("ar", "en")])
    def test_who_reads_another_language_gets_that_of_the_own_texts(self, wanted: str, spoken: str) -> None:
        version = open_version_of(bilingual(languages=["de", "en"]))
        for page in (landing(version), consent(version), address("session", newcomer(version))):
            assert f'<html lang="{spoken}"' in client_for(wanted).get(page).content.decode()

    @pytest.mark.thorough
    def test_a_study_in_one_language_offers_no_choice(self) -> None:
        version = open_version_of(draft_study(languages=["fr"], own_language="fr"))
        page = client_for("en").get(landing(version)).content.decode()
        assert '<html lang="fr"' in page
        assert self.offers(page) == []

    @pytest.mark.parametrize("codes", [["tlh"], ["de", "de"], "de", [1]])
    def test_languages_without_a_catalogue_cannot_be_offered(self, codes: object) -> None:
        with pytest.raises(ValidationError):
            require_offered(codes)


class TestBeforeFreezing:
    def test_languages_in_which_own_texts_are_missing_are_named(self) -> None:
        [note] = left_out(bilingual(languages=["en", "de", "fr"]))
        assert "not written in: fr." in note

    @pytest.mark.thorough
    def test_who_has_written_all_of_them_or_none_is_told_nothing(self) -> None:
        assert left_out(bilingual(languages=["en", "de"])) == []
        assert left_out(draft_study(name="Standard texts")) == []

    def test_questions_that_have_drifted_apart_are_refused(self) -> None:
        study = bilingual()
        Study.objects.filter(pk=study.pk).update(comprehension=[QUESTION | {"right": 1}])
        study.refresh_from_db()
        with pytest.raises(NotReadyError, match="in de differ"):
            freeze(study, NOW)

    def test_texts_of_the_designs_own_language_are_written_in_the_design(self) -> None:
        with pytest.raises(ValidationError, match="write them there"):
            TranslatedTexts(study=bilingual(), language="en", title="Again").full_clean()

    def test_a_changed_translation_makes_a_new_version(self) -> None:
        study = bilingual()
        first = freeze(study, NOW)
        study.translated_texts.update(debrief="Anders.")
        assert freeze(study, NOW).config_hash != first.config_hash


def test_the_design_page_offers_each_language_with_who_answers_for_it(admin_client: Client) -> None:
    study = bilingual()
    page = admin_client.get(reverse("admin:study_study_change", args=[study.pk])).content.decode()
    assert "日本語 (Japanese): machine-made, checked by nobody" in page
    assert "English (English): the original" in page
    assert "Ich willige in alles ein." in page
