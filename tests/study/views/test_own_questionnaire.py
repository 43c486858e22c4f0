"""The researcher's own questionnaire on the last page, and where its answers arrive."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from pipeline.analysis.questionnaire_answers import questionnaire_summary
from pipeline.exports.files import FILES
from study.freezing.freeze import NotReadyError, freeze
from study.models import Session, StudyVersion, TranslatedTexts
from study.models.people import Mode
from study.models.text_design import require_form
from study.robots.form_filling import own_answers
from study.robots.observer import Curve, Person
from study.views.forms import questions_form
from tests.study.addresses import address
from tests.study.factories import NOW, draft_study, open_version_of, player
from tests.study.playing import fresh, play_to_the_questions
from tests.study.questions.test_own_form import AGE, FORM, HAND, LIKED, SPORTS, WORDS

pytestmark = pytest.mark.django_db
STANDARD = {"problems": "no", "seriously": "yes"}
CONSENTED = WORDS | {"consent": "You may store my words."}
GERMAN = [
    HAND | {"question": "Welche Hand?", "answers": ["links", "rechts"]},
    SPORTS | {"question": "Welche Sportarten?", "answers": ["Judo", "Golf", "keine"]},
]


def at_the_form(form: list[dict[str, object]] = FORM, mode: Mode = Mode.LIVE, **design: object) -> Session:
    version = open_version_of(draft_study(own_form=form, **design))
    return reached(version, mode)


def reached(version: StudyVersion, mode: Mode = Mode.LIVE) -> Session:
    session = player(version, timezone.now(), mode=mode)
    play_to_the_questions(session, timezone.now())
    return session


def send(client: Client, session: Session, **fields: object) -> int:
    return client.post(address("questions", session), STANDARD | fields).status_code


def table_of(session: Session) -> list[dict[str, str]]:
    lines = FILES["questionnaire.csv"](session.participant.version, session.participant.mode)
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_answers_are_stored_exported_and_counted(client: Client) -> None:
    session = at_the_form()
    page = client.get(address("session", session)).content.decode()
    assert "How old are you?" in page
    assert page.index("Anything else?") < page.index("technical problems")
    sent = {"own_age": "31", "own_hand": "2", "own_sports": ["1", "3"], "own_liked": "3", "own_words": "=1+1"}
    assert send(client, session, **sent) == HTTPStatus.FOUND
    assert fresh(session).status == Session.Status.COMPLETED
    rows = {row["question_name"]: row for row in table_of(session)}
    assert {name: row["answer"] for name, row in rows.items()} == {
        "age": "31", "hand": "right", "sports": "judo; none", "liked": "yes", "words": "'=1+1",
    }  # fmt: skip
    assert rows["sports"]["answer_code"] == "1|3"
    assert rows["age"]["answer_code"] == ""
    summary = {
        row.question: (row.people, row.answers) for row in questionnaire_summary(session.participant.version)
    }
    assert summary["How old are you?"] == (1, "median 31 (31 to 31)")
    assert summary["Which hand?"] == (1, "left: 0, right: 1")


@pytest.mark.thorough
def test_everything_may_be_left_empty_unless_it_is_required(client: Client) -> None:
    session = at_the_form()
    assert send(client, session) == HTTPStatus.FOUND
    assert fresh(session).questionnaire.own == {}
    assert table_of(session) == []
    wanted = at_the_form([HAND | {"required": True}], name="Required")
    assert send(client, wanted) == HTTPStatus.BAD_REQUEST
    assert send(client, wanted, own_hand="1") == HTTPStatus.FOUND


@pytest.mark.thorough
@pytest.mark.parametrize(
    "wrong", [{"own_age": "17"}, {"own_age": "old"}, {"own_hand": "3"}, {"own_sports": ["9"]}]
)
def test_what_the_form_does_not_offer_is_refused(client: Client, wrong: dict[str, object]) -> None:
    session = at_the_form()
    assert send(client, session, **wrong) == HTTPStatus.BAD_REQUEST
    assert fresh(session).status == Session.Status.QUESTIONS


@pytest.mark.thorough
def test_without_consent_to_a_question_its_answer_is_not_stored(client: Client) -> None:
    refused, agreed = at_the_form([CONSENTED]), at_the_form([CONSENTED], name="Agreed")
    send(client, refused, own_words="mine")
    send(client, agreed, own_words="mine", agree_words="on")
    assert fresh(refused).questionnaire.own == {}
    assert fresh(agreed).questionnaire.own == {"words": "mine"}


def test_it_is_asked_in_the_readers_language_and_stored_alike() -> None:
    study = draft_study(own_form=[HAND, SPORTS])
    TranslatedTexts.objects.create(study=study, language="de", own_form=GERMAN)
    session = reached(open_version_of(study))
    german = Client(headers={"Accept-Language": "de"})
    page = german.get(address("session", session)).content.decode()
    assert "Welche Hand?" in page
    assert "Which hand?" not in page
    send(german, session, own_hand="1")
    assert [row["answer"] for row in table_of(session)] == ["left"]


def test_a_translation_that_asks_something_else_is_refused() -> None:
    study = draft_study(own_form=[HAND])
    other = TranslatedTexts(study=study, language="de", own_form=[AGE])
    with pytest.raises(ValidationError, match="names, kinds"):
        other.full_clean()
    other.save()
    with pytest.raises(NotReadyError, match="Your own questionnaire in de differs"):
        freeze(study, NOW)


def test_a_robot_fills_in_whatever_is_asked() -> None:
    session = at_the_form(
        [*FORM[:-1], CONSENTED, LIKED | {"name": "again", "required": True}], Mode.SIMULATED
    )
    design = session.participant.version.design
    for number in range(20):
        sent = own_answers(design.own_form, Person(number, seed=1).observer(Curve()).chance)
        form = questions_form(design)(QueryDict(urlencode(STANDARD | sent)))
        assert form.is_valid(), form.errors
    assert questionnaire_summary(session.participant.version)[0].people == 0


def test_a_design_takes_no_question_that_cannot_be_asked() -> None:
    with pytest.raises(ValidationError, match="different answers"):
        require_form([HAND | {"answers": ["one"]}])
