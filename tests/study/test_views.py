"""Pages and addresses as a browser meets them."""

import json
import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from study import sessions
from study.arrivals import simulation_key
from study.freezing import close_study
from study.models import Participant, Session
from study.models.people import Mode
from tests.study.factories import DEVICE, draft_study, newcomer, open_study_version, player
from tests.study.playing import TAB, answer, body, play_block, play_to_the_end, play_to_the_questions

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def version():
    return open_study_version()


@pytest.fixture
def session(version):
    return player(version)


def address(name: str, session: Session, **more: str) -> str:
    return reverse(f"study:{name}", kwargs={"token": session.token, **more})


def landing(version) -> str:
    return reverse("study:landing", args=[version.study.code])


def consent(version) -> str:
    return reverse("study:consent", args=[version.study.code])


def begin_as(client: Client, version, **fields: str):
    return client.post(consent(version), {"agree": "on", **fields})


def play_ready(session: Session) -> Session:
    """Led past device check and instructions."""
    sessions.device_checked(session.token, DEVICE)
    return sessions.instructions_read(session.token, understood=True)


class TestLanding:
    def test_it_stores_nothing_however_often_it_is_fetched(self, client, version):
        for _ in range(3):
            assert client.get(landing(version)).status_code == HTTPStatus.OK
            assert client.get(consent(version)).status_code == HTTPStatus.OK
        assert not Participant.objects.exists()

    def test_a_platforms_parameters_reach_the_identity(self, client, version):
        query = "?PROLIFIC_PID=5f01&STUDY_ID=s1&SESSION_ID=v1"
        assert 'name="PROLIFIC_PID" value="5f01"' in client.get(landing(version) + query).content.decode()
        assert 'name="SESSION_ID" value="v1"' in client.get(consent(version) + query).content.decode()
        begin_as(client, version, PROLIFIC_PID="5f01", STUDY_ID="s1", SESSION_ID="v1")
        identity = Participant.objects.get().identity
        assert (identity.platform, identity.person) == ("prolific", "5f01")
        assert (identity.study_reference, identity.session_reference) == ("s1", "v1")

    @pytest.mark.parametrize(
        ("fields", "platform"),
        [
            ({"workerId": "A1", "assignmentId": "as", "hitId": "h"}, "mturk"),
            ({"survey_code": "123"}, "sona"),
        ],
    )
    def test_mturk_and_sona_are_known_too(self, client, version, fields, platform):
        begin_as(client, version, **fields)
        assert Participant.objects.get().identity.platform == platform

    @pytest.mark.parametrize("value", ["<script>", "a" * 129, "a b", "x\n"])
    def test_parameters_that_no_platform_sends_are_refused(self, client, version, value):
        response = client.get(landing(version), {"PROLIFIC_PID": value})
        assert response.status_code == HTTPStatus.BAD_REQUEST
        page = re.sub(
            r'name="next" value="[^"]*"', "", response.content.decode()
        )  # where a language leads back
        assert value not in page

    def test_a_draft_does_not_exist_for_participants(self, client):
        study = draft_study()
        assert client.get(reverse("study:landing", args=[study.code])).status_code == HTTPStatus.NOT_FOUND

    def test_a_closed_study_says_so(self, client, version):
        close_study(version.study)
        assert client.get(landing(version)).status_code == HTTPStatus.GONE

    def test_closing_a_study_shuts_nobody_out_who_has_begun(self, client, version):
        begun = begin_as(client, version, PROLIFIC_PID="p1", SESSION_ID="v1").url
        close_study(version.study)
        assert client.get(landing(version), {"PROLIFIC_PID": "p1"}).url == begun
        assert client.get(landing(version), {"PROLIFIC_PID": "p2"}).status_code == HTTPStatus.GONE
        play_to_the_end(play_ready(Session.objects.get()))
        assert client.get(landing(version), {"PROLIFIC_PID": "p1"}).status_code == HTTPStatus.GONE

    def test_on_a_shared_computer_the_next_person_begins_afresh(self, client, version):
        begin_as(client, version)
        play_to_the_end(play_ready(Session.objects.get()))
        assert client.get(landing(version)).status_code == HTTPStatus.OK

    def test_who_has_begun_is_led_back_to_their_session(self, client, version):
        token = begin_as(client, version).url.rstrip("/").rpartition("/")[2]
        assert client.get(landing(version)).url == reverse("study:session", args=[token])

    def test_another_person_at_the_same_computer_begins_afresh(self, client, version):
        begin_as(client, version, PROLIFIC_PID="p1", SESSION_ID="v1")
        assert client.get(landing(version), {"PROLIFIC_PID": "p2"}).status_code == HTTPStatus.OK

    def test_the_same_person_in_another_browser_needs_the_same_visit(self, client, version):
        first = begin_as(client, version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v1")
        same = begin_as(Client(), version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v1")
        other = begin_as(Client(), version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v2")
        assert same.url == first.url
        assert other.status_code == HTTPStatus.CONFLICT
        assert Participant.objects.count() == 1


class TestModes:
    def test_the_owner_previews_a_study_that_is_not_open(self, client, version):
        close_study(version.study)
        client.force_login(version.study.owner)
        assert b"Preview" in client.get(landing(version), {"mode": "preview"}).content
        begin_as(client, version, mode="preview")
        assert Participant.objects.get().mode == Mode.PREVIEW

    def test_nobody_else_can_preview(self, client, version, django_user_model):
        client.force_login(django_user_model.objects.create_user("stranger"))
        assert client.get(landing(version), {"mode": "preview"}).status_code == HTTPStatus.NOT_FOUND

    def test_robots_need_a_signed_key_of_this_study(self, client, version):
        other = open_study_version(name="Other").study
        for key in ("", "forged", simulation_key(other)):
            assert begin_as(client, version, mode="simulated", key=key).status_code == HTTPStatus.NOT_FOUND
        begin_as(client, version, mode="simulated", key=simulation_key(version.study))
        assert Participant.objects.get().mode == Mode.SIMULATED

    def test_an_unknown_mode_is_refused(self, client, version):
        assert client.get(landing(version), {"mode": "live2"}).status_code == HTTPStatus.BAD_REQUEST


class TestConsent:
    def test_without_agreement_there_is_no_session(self, client, version):
        response = client.post(consent(version), {})
        assert b"Tick the box" in response.content
        assert not Participant.objects.exists()

    def test_what_is_stored_is_what_was_shown(self, client, version):
        shown = client.get(consent(version)).content.decode()
        begin_as(client, version)
        for paragraph in Participant.objects.get().consent_text.split("\n\n"):
            assert paragraph in shown

    def test_declining_leads_to_a_page_that_stores_nothing(self, client, version):
        page = client.get(reverse("study:declined", args=[version.study.code]))
        assert b"Nothing about you was stored" in page.content

    def test_the_way_out_and_back_keeps_what_the_platform_sent(self, client, version):
        query = {"PROLIFIC_PID": "5f01", "SESSION_ID": "v1"}
        out = reverse("study:declined", args=[version.study.code]) + "?PROLIFIC_PID=5f01&amp;SESSION_ID=v1"
        assert f'href="{out}"' in client.get(consent(version), query).content.decode()
        back = landing(version) + "?PROLIFIC_PID=5f01&amp;SESSION_ID=v1"
        page = client.get(reverse("study:declined", args=[version.study.code]), query)
        assert f'href="{back}"' in page.content.decode()

    def test_a_form_without_csrf_token_is_refused(self, version):
        assert begin_as(Client(enforce_csrf_checks=True), version).status_code == HTTPStatus.FORBIDDEN

    def test_a_full_study_says_so(self, client):
        version = open_study_version(target_completes=1)
        newcomer(version, timezone.now())
        assert begin_as(client, version).status_code == HTTPStatus.CONFLICT


class TestSteps:
    def test_each_step_is_shown_at_the_sessions_one_address(self, client, version):
        session = newcomer(version)
        page = address("session", session)
        assert b"Checking your device" in client.get(page).content
        device = {"input_device": "touch", "viewport_w": 390, "viewport_h": 780, "dpr": 2, "refresh_hz": 60}
        client.post(address("device", session), device | {"photo_loaded": "on", "storage_works": "on"})
        assert b"What you will do" in client.get(page).content
        client.post(address("instructions", session), {"task": "action", "unsure": "guess"})
        assert b"Practice" in client.get(page).content
        play_block(session)
        assert b"Now it counts" in client.get(page).content
        play_to_the_questions(session)
        assert b"Two last questions" in client.get(page).content
        client.post(address("questions", session), {"problems": "no", "seriously": "yes"})
        done = Session.objects.get(pk=session.pk)
        assert done.completion_code in client.get(page).content.decode()

    def test_a_misunderstanding_is_told_and_gets_one_more_try(self, client, version):
        session = newcomer(version)
        device = {"input_device": "touch", "viewport_w": 390, "viewport_h": 780, "dpr": 2, "refresh_hz": 60}
        client.post(address("device", session), device | {"photo_loaded": "on", "storage_works": "on"})
        wrong = {"task": "beauty", "unsure": "wait"}
        assert b"not quite right" in client.post(address("instructions", session), wrong, follow=True).content
        assert b"ends here" in client.post(address("instructions", session), wrong, follow=True).content

    def test_a_study_without_practice_announces_none(self, client):
        session = newcomer(open_study_version(practice_trials=0))
        sessions.device_checked(session.token, DEVICE)
        seen = client.get(address("session", session)).content
        sessions.instructions_read(session.token, understood=True)
        seen += client.get(address("session", session)).content
        assert b"practice" not in seen
        assert b"Now it counts" in seen

    def test_questions_sent_too_early_give_no_code(self, client, session):
        client.post(address("questions", session), {"problems": "no", "seriously": "yes"})
        assert Session.objects.get(pk=session.pk).completion_code == ""

    def test_withdrawing_asks_first_and_then_erases(self, client, session):
        client.get(address("withdraw", session))
        assert Session.objects.get(pk=session.pk).is_running()
        page = client.post(address("withdraw", session), follow=True)
        assert b"Your answers are erased" in page.content

    def test_an_unknown_session_does_not_exist(self, client):
        assert client.get(f"/s/{'0' * 32}/").status_code == HTTPStatus.NOT_FOUND

    def test_a_text_by_the_researcher_is_shown_without_running_what_is_in_it(self, client):
        version = open_study_version(consent="Agree? <script>alert(1)</script>")
        assert b"<script>alert" not in client.get(consent(version)).content

    def test_the_return_link_is_the_frozen_one_with_code_and_person(self, client):
        version = open_study_version(return_url="https://x.sona-systems.com/?code={code}&survey={person}")
        session = newcomer(version, identity=sessions.Identity("sona", "77"))
        from study.completion import return_link

        assert return_link(session) == ""
        session.completion_code = "ABC"
        assert return_link(session) == "https://x.sona-systems.com/?code=ABC&survey=77"


class TestPlayer:
    def post(self, client, session, *answers, **more):
        return client.post(address("answers", session), body(*answers, **more), content_type=JSON)

    def block(self, client, session, tab=TAB):
        return client.post(address("block", session), json.dumps({"tab": tab}), content_type=JSON).json()

    def test_a_block_names_trials_by_tokens_alone(self, client, session):
        block = self.block(client, session)
        assert set(block) == {"practice", "number", "blocks", "first", "closed", "total", "trials"}
        assert all(set(trial) == {"trial", "photos"} for trial in block["trials"])

    def test_answers_come_back_with_their_rows(self, client, session):
        first = self.block(client, session)["trials"][0]["trial"]
        reply = self.post(client, session, answer(first)).json()
        assert reply["rows"] == [1]
        assert reply["closed"] == 1

    def test_refusals_have_their_own_status(self, client, version, session):
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

    def test_an_answer_without_csrf_token_is_refused(self, session):
        strict = Client(enforce_csrf_checks=True)
        assert self.post(strict, session, answer("0" * 32)).status_code == HTTPStatus.FORBIDDEN

    def test_no_photo_can_be_fetched_after_completion(self, client, session):
        token = self.block(client, session)["trials"][0]["trial"]
        photo = address("photo", session, photo=token)
        assert client.get(photo).status_code == HTTPStatus.OK
        play_to_the_end(session)
        assert client.get(photo).status_code == HTTPStatus.NOT_FOUND


def test_no_page_may_run_scripts_or_styles_of_its_own(client, session):
    pages = [landing(session.participant.version), address("session", session)]
    for page in pages:
        response = client.get(page)
        html = response.content.decode()
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "style=" not in html
        assert "<style" not in html
        assert " on" + "click" not in html


def test_no_page_is_kept_in_a_cache(client, session):
    for page in (landing(session.participant.version), address("session", session)):
        assert "no-store" in client.get(page)["Cache-Control"]
