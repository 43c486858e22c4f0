"""A session's pages and addresses, from the device check to the last page, as a browser meets them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from study import sessions
from study.models import Session, StudyVersion
from tests.study.addresses import address, consent, landing
from tests.study.factories import DEVICE, newcomer, open_study_version, player
from tests.study.playing import TAB, answer, body, play_block, play_to_the_end, play_to_the_questions

pytestmark = pytest.mark.django_db
JSON = "application/json"
ABLE = {"photo_loaded": "on", "storage_works": "on", "answers_fit": "on"}


class TestSteps:
    @pytest.mark.thorough
    def test_each_step_is_shown_at_the_sessions_one_address(
        self, client: Client, version: StudyVersion
    ) -> None:
        session = newcomer(version)
        page = address("session", session)
        assert b"Checking your device" in client.get(page).content
        device = {"input_device": "touch", "viewport_w": 390, "viewport_h": 780, "dpr": 2, "refresh_hz": 60}
        client.post(
            address("device", session),
            device | ABLE,
        )
        assert b"What you will do" in client.get(page).content
        client.post(address("instructions", session), {"task": "action", "unsure": "guess"})
        assert b"Practice" in client.get(page).content
        play_block(session)
        assert b"Now it counts" in client.get(page).content
        play_to_the_questions(session)
        assert b"Last questions" in client.get(page).content
        client.post(address("questions", session), {"problems": "no", "seriously": "yes"})
        done = Session.objects.get(pk=session.pk)
        assert done.completion_code in client.get(page).content.decode()

    def test_a_misunderstanding_is_told_and_gets_one_more_try(
        self, client: Client, version: StudyVersion
    ) -> None:
        session = newcomer(version)
        device = {"input_device": "touch", "viewport_w": 390, "viewport_h": 780, "dpr": 2, "refresh_hz": 60}
        client.post(
            address("device", session),
            device | ABLE,
        )
        wrong = {"task": "beauty", "unsure": "wait"}
        assert b"not quite right" in client.post(address("instructions", session), wrong, follow=True).content
        end = client.post(address("instructions", session), wrong, follow=True).content
        assert b"ends here" in end
        assert b"questions about the instructions" in end

    def test_a_study_without_practice_announces_none(self, client: Client) -> None:
        session = newcomer(open_study_version(practice_trials=0))
        sessions.device_checked(session.token, DEVICE)
        seen = client.get(address("session", session)).content
        sessions.instructions_read(session.token, understood=True)
        seen += client.get(address("session", session)).content
        assert b"practice" not in seen
        assert b"Now it counts" in seen

    def test_questions_sent_too_early_give_no_code(self, client: Client, session: Session) -> None:
        client.post(address("questions", session), {"problems": "no", "seriously": "yes"})
        assert Session.objects.get(pk=session.pk).completion_code == ""

    def test_withdrawing_asks_first_and_then_erases(self, client: Client, session: Session) -> None:
        client.get(address("withdraw", session))
        assert Session.objects.get(pk=session.pk).is_running()
        page = client.post(address("withdraw", session), follow=True)
        assert b"Your answers are erased" in page.content

    def test_an_unknown_session_does_not_exist(self, client: Client) -> None:
        assert client.get(f"/s/{'0' * 32}/").status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.thorough
    def test_a_text_by_the_researcher_is_shown_without_running_what_is_in_it(self, client: Client) -> None:
        version = open_study_version(consent="Agree? <script>alert(1)</script>")
        assert b"<script>alert" not in client.get(consent(version)).content


class TestPlayer:
    def post(
        self, client: Client, session: Session, *answers: dict[str, object], **more: object
    ) -> HttpResponse:
        return client.post(address("answers", session), body(*answers, **more), content_type=JSON)

    def block(self, client: Client, session: Session, tab: str = TAB) -> dict[str, Any]:
        return client.post(address("block", session), json.dumps({"tab": tab}), content_type=JSON).json()

    def test_a_block_names_trials_by_tokens_alone(self, client: Client, session: Session) -> None:
        block = self.block(client, session)
        of_block = {
            "practice",
            "number",
            "blocks",
            "first",
            "closed",
            "total",
            "trials",
            "order",
            "pause",
            "photo_bytes",
        }
        assert set(block) == of_block
        assert all(set(trial) == {"trial", "photos"} for trial in block["trials"])

    def test_answers_come_back_with_their_rows(self, client: Client, session: Session) -> None:
        first = self.block(client, session)["trials"][0]["trial"]
        reply = self.post(client, session, answer(first)).json()
        assert reply["rows"] == [1]
        assert reply["closed"] == 1

    def test_refusals_have_their_own_status(
        self, client: Client, version: StudyVersion, session: Session
    ) -> None:
        first, second = (trial["trial"] for trial in self.block(client, session)["trials"])
        stranger = player(version)
        foreign = self.block(client, stranger)["trials"][0]["trial"]
        post = answer(first)
        assert self.post(client, session, answer(second)).status_code == 409
        assert self.post(client, session, answer(foreign)).status_code == 404
        assert self.post(client, session, post, tab=str(TAB).replace("1", "3")).status_code == 409
        assert self.post(client, session, post).status_code == 200
        assert self.post(client, session, post).status_code == 200
        assert self.post(client, session, post | {"rt_ms": 1.0}).json() == {"error": "changed_answer"}

    def test_an_answers_id_cannot_be_that_of_another_sessions_answer(
        self, client: Client, version: StudyVersion, session: Session
    ) -> None:
        first, second = (trial["trial"] for trial in self.block(client, session)["trials"])
        stranger = player(version)
        used = answer(self.block(client, stranger)["trials"][0]["trial"])
        assert self.post(client, stranger, used).status_code == HTTPStatus.OK
        response = self.post(client, session, used | {"trial": first})
        assert (response.status_code, response.json()) == (HTTPStatus.CONFLICT, {"error": "used_answer_id"})
        again = self.post(client, session, answer(first), answer(second))
        assert again.json()["closed"] == 2, "with ids of their own, the answers are taken"

    def test_a_body_nested_too_deep_to_read_is_refused(self, client: Client, session: Session) -> None:
        for name in ("tab", "block", "answers"):
            deep = f'{{"tab": "{TAB}", "surplus": {"[" * 100_000}'
            response = client.post(address(name, session), deep, content_type=JSON)
            assert response.status_code == HTTPStatus.BAD_REQUEST
            assert response.json()["error"] == "bad_answer"

    def test_an_answer_sent_by_a_page_of_another_site_is_refused(self, session: Session) -> None:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            foreign = Client(headers=headers)
            assert self.post(foreign, session, answer("0" * 32)).status_code == HTTPStatus.FORBIDDEN

    def test_no_photo_can_be_fetched_after_completion(self, client: Client, session: Session) -> None:
        token = self.block(client, session)["trials"][0]["trial"]
        photo = address("photos", session, photos=token)
        assert client.get(photo).status_code == HTTPStatus.OK
        play_to_the_end(session)
        assert client.get(photo).status_code == HTTPStatus.NOT_FOUND


def test_no_page_may_run_scripts_or_styles_of_its_own(client: Client, session: Session) -> None:
    pages = [landing(session.participant.version), address("session", session)]
    for page in pages:
        response = client.get(page)
        html = response.content.decode()
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "style=" not in html
        assert "<style" not in html
        assert " on" + "click" not in html


def test_no_page_is_kept_in_a_cache(client: Client, session: Session) -> None:
    for page in (landing(session.participant.version), address("session", session)):
        assert "no-store" in client.get(page)["Cache-Control"]
