"""A researcher's own texts, questions and checks, as participants meet them."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from study import sessions
from study.design import Design, pdf_name
from study.exclusions import participant_reason
from study.models import Participant, Session
from study.models.task_design import require_questions
from study.questions.questionnaire import Questionnaire
from tests.study.addresses import address, begin_as, consent, landing
from tests.study.factories import DEVICE, draft_study, newcomer, open_study_version
from tests.study.playing import fresh, play_ready, play_to_the_questions

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {"question": "How many photos at once?", "answers": ["One", "Two"], "right": 0},
    {"question": "May you stop?", "answers": ["No", "Yes", "Only at the end"], "right": 1},
]
WHO = {
    "institution": "University of Nowhere",
    "ethics_number": "EK 17/2026",
    "contact": "Dr Ada Example, ada@nowhere.example",
    "pay": "3.00 £",
}


class TestInformation:
    def test_markdown_of_the_researcher_is_formatted_and_stored_word_for_word(self, client: Client) -> None:
        text = "# Who we are\n\nAsk [us](https://lab.example)."
        version = open_study_version(information=text)
        page = client.get(consent(version)).content.decode()
        assert "<h2>Who we are</h2>" in page
        assert 'href="https://lab.example"' in page
        begin_as(client, version)
        assert text in Participant.objects.get().consent_text

    @pytest.mark.thorough
    @pytest.mark.parametrize("information", ["", "My own text."])
    def test_who_is_responsible_and_what_people_get_is_said_and_agreed_to(
        self, client: Client, information: str
    ) -> None:
        version = open_study_version(information=information, **WHO)
        page = client.get(consent(version)).content.decode()
        begin_as(client, version)
        agreed = Participant.objects.get().consent_text
        for fact in WHO.values():
            assert fact in page
            assert fact in agreed
        first = client.get(landing(open_study_version(name="Again", **WHO))).content.decode()
        assert WHO["pay"] in first
        assert WHO["institution"] in first

    def test_a_pdf_is_the_frozen_one_and_its_hash_is_agreed_to(self, client: Client) -> None:
        sha256 = "ab" * 32
        default_storage.delete(pdf_name(sha256))
        default_storage.save(pdf_name(sha256), ContentFile(b"%PDF-1.7 information"))
        version = open_study_version(information_pdf_sha256=sha256)
        address_of_pdf = reverse("study:information-pdf", args=[version.study.code])
        assert address_of_pdf in client.get(consent(version)).content.decode()
        response = client.get(address_of_pdf)
        assert (response.content, response["Content-Type"]) == (b"%PDF-1.7 information", "application/pdf")
        begin_as(client, version)
        assert sha256 in Participant.objects.get().consent_text

    def test_without_a_pdf_there_is_none(self, client: Client) -> None:
        version = open_study_version()
        missing = client.get(reverse("study:information-pdf", args=[version.study.code]))
        assert missing.status_code == HTTPStatus.NOT_FOUND


class TestOwnQuestions:
    @pytest.fixture
    def session(self) -> Session:
        begun = newcomer(open_study_version(comprehension=QUESTIONS))
        sessions.device_checked(begun.token, DEVICE)
        return begun

    def test_they_replace_the_standard_ones(self, client: Client, session: Session) -> None:
        page = client.get(address("session", session)).content.decode()
        assert "May you stop?" in page
        assert "How beautiful" not in page

    @pytest.mark.parametrize(
        ("answers", "status"),
        [(("0", "1"), Session.Status.PRACTICE), (("0", "2"), Session.Status.CONSENTED)],
    )
    def test_all_must_be_right(
        self, client: Client, session: Session, answers: tuple[str, str], status: str
    ) -> None:
        sent = {f"question_{place}": answer for place, answer in enumerate(answers)}
        client.post(address("instructions", session), sent)
        assert fresh(session).status == status

    @pytest.mark.parametrize(
        "questions",
        [
            [{"question": "?", "answers": ["one"], "right": 0}],
            [{"question": "?", "answers": ["one", "one"], "right": 0}],
            [{"question": "?", "answers": ["one", "two"], "right": 2}],
            [{"question": " ", "answers": ["one", "two"], "right": 0}],
            [{"question": "?", "answers": ["one", "two"]}],
            "text",
            [QUESTIONS[0]] * 11,
        ],
    )
    def test_those_that_nobody_can_answer_are_refused(self, questions: object) -> None:
        with pytest.raises(ValidationError):
            require_questions(questions)


class TestInstructedAnswer:
    @pytest.mark.parametrize(("given", "reason"), [("rather_no", ""), ("yes", "instructed")])
    def test_who_does_not_give_it_is_excluded(self, given: str, reason: str) -> None:
        design = Design.of(draft_study(instructed_check=True))
        assert participant_reason([], Questionnaire(seriously="yes", instructed=given), design) == reason

    @pytest.mark.thorough
    def test_it_is_asked_only_where_the_design_wants_it(self, client: Client) -> None:
        for is_wanted in (True, False):
            version = open_study_version(name=str(is_wanted), instructed_check=is_wanted)
            session = play_ready(newcomer(version))
            play_to_the_questions(session)
            assert ("Rather no" in client.get(address("session", session)).content.decode()) is is_wanted

    @pytest.mark.thorough
    def test_the_last_page_needs_it(self, client: Client) -> None:
        session = play_ready(newcomer(open_study_version(instructed_check=True)))
        from django.utils import timezone

        play_to_the_questions(session, timezone.now())
        sent = {"problems": "no", "seriously": "yes"}
        assert client.post(address("questions", session), sent).status_code == HTTPStatus.BAD_REQUEST
        client.post(address("questions", session), sent | {"instructed": "rather_no"})
        assert fresh(session).questionnaire.instructed == "rather_no"
