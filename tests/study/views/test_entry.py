"""The way in: the link, who may open it in which mode, and consent."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from study.freezing.freeze import close_study
from study.models import Participant, Session, StudyVersion
from study.models.people import Mode
from study.recruitment import simulation_key
from tests.study.addresses import begin_as, consent, landing
from tests.study.factories import draft_study, newcomer, open_study_version
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
JSON = "application/json"


class TestLanding:
    @pytest.mark.thorough
    def test_it_stores_nothing_however_often_it_is_fetched(
        self, client: Client, version: StudyVersion
    ) -> None:
        for _ in range(3):
            assert client.get(landing(version)).status_code == HTTPStatus.OK
            assert client.get(consent(version)).status_code == HTTPStatus.OK
        assert not Participant.objects.exists()

    @pytest.mark.thorough
    def test_a_platforms_parameters_reach_the_identity(self, client: Client, version: StudyVersion) -> None:
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
    def test_mturk_and_sona_are_known_too(
        self, client: Client, version: StudyVersion, fields: dict[str, str], platform: str
    ) -> None:
        begin_as(client, version, **fields)
        assert Participant.objects.get().identity.platform == platform

    @pytest.mark.sampled
    @pytest.mark.parametrize("value", ["<script>", "a" * 129, "a b", "x\n"])
    def test_parameters_that_no_platform_sends_are_refused(
        self, client: Client, version: StudyVersion, value: str
    ) -> None:
        response = client.get(landing(version), {"PROLIFIC_PID": value})
        assert response.status_code == HTTPStatus.BAD_REQUEST
        page = re.sub(
            r'name="next" value="[^"]*"', "", response.content.decode()
        )  # where a language leads back
        assert value not in page

    def test_a_draft_does_not_exist_for_participants(self, client: Client) -> None:
        study = draft_study()
        assert client.get(reverse("study:landing", args=[study.code])).status_code == HTTPStatus.NOT_FOUND

    def test_a_closed_study_says_so(self, client: Client, version: StudyVersion) -> None:
        close_study(version.study)
        assert client.get(landing(version)).status_code == HTTPStatus.GONE

    @pytest.mark.thorough
    def test_closing_a_study_shuts_nobody_out_who_has_begun(
        self, client: Client, version: StudyVersion
    ) -> None:
        begun = begin_as(client, version, PROLIFIC_PID="p1", SESSION_ID="v1").url
        close_study(version.study)
        assert client.get(landing(version), {"PROLIFIC_PID": "p1"}).url == begun
        assert client.get(landing(version), {"PROLIFIC_PID": "p2"}).status_code == HTTPStatus.GONE
        play_to_the_end(play_ready(Session.objects.get()))
        assert client.get(landing(version), {"PROLIFIC_PID": "p1"}).status_code == HTTPStatus.GONE

    @pytest.mark.thorough
    def test_on_a_shared_computer_the_next_person_begins_afresh(
        self, client: Client, version: StudyVersion
    ) -> None:
        begin_as(client, version)
        play_to_the_end(play_ready(Session.objects.get()))
        assert client.get(landing(version)).status_code == HTTPStatus.OK

    def test_who_has_begun_is_led_back_to_their_session(self, client: Client, version: StudyVersion) -> None:
        token = begin_as(client, version).url.rstrip("/").rpartition("/")[2]
        assert client.get(landing(version)).url == reverse("study:session", args=[token])

    def test_another_person_at_the_same_computer_begins_afresh(
        self, client: Client, version: StudyVersion
    ) -> None:
        begin_as(client, version, PROLIFIC_PID="p1", SESSION_ID="v1")
        assert client.get(landing(version), {"PROLIFIC_PID": "p2"}).status_code == HTTPStatus.OK

    def test_the_same_person_in_another_browser_needs_the_same_visit(
        self, client: Client, version: StudyVersion
    ) -> None:
        first = begin_as(client, version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v1")
        same = begin_as(Client(), version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v1")
        other = begin_as(Client(), version, PROLIFIC_PID="p1", STUDY_ID="s", SESSION_ID="v2")
        assert same.url == first.url
        assert other.status_code == HTTPStatus.CONFLICT
        assert Participant.objects.count() == 1


class TestModes:
    @pytest.mark.thorough
    def test_the_owner_previews_a_study_that_is_not_open(self, client: Client, version: StudyVersion) -> None:
        close_study(version.study)
        client.force_login(version.study.owner)
        assert b"Preview" in client.get(landing(version), {"mode": "preview"}).content
        begin_as(client, version, mode="preview")
        assert Participant.objects.get().mode == Mode.PREVIEW

    def test_nobody_else_can_preview(
        self, client: Client, version: StudyVersion, django_user_model: type[User]
    ) -> None:
        client.force_login(django_user_model.objects.create_user("stranger"))
        assert client.get(landing(version), {"mode": "preview"}).status_code == HTTPStatus.NOT_FOUND

    def test_robots_need_a_signed_key_of_this_study(self, client: Client, version: StudyVersion) -> None:
        other = open_study_version(name="Other").study
        for key in ("", "forged", simulation_key(other)):
            assert begin_as(client, version, mode="simulated", key=key).status_code == HTTPStatus.NOT_FOUND
        begin_as(client, version, mode="simulated", key=simulation_key(version.study))
        assert Participant.objects.get().mode == Mode.SIMULATED

    def test_an_unknown_mode_is_refused(self, client: Client, version: StudyVersion) -> None:
        assert client.get(landing(version), {"mode": "live2"}).status_code == HTTPStatus.BAD_REQUEST


class TestConsent:
    def test_without_agreement_there_is_no_session(self, client: Client, version: StudyVersion) -> None:
        response = client.post(consent(version), {})
        assert b"Tick the box" in response.content
        assert not Participant.objects.exists()

    def test_what_is_stored_is_what_was_shown(self, client: Client, version: StudyVersion) -> None:
        shown = client.get(consent(version)).content.decode()
        begin_as(client, version)
        for paragraph in Participant.objects.get().consent_text.split("\n\n"):
            assert paragraph in shown

    def test_declining_leads_to_a_page_that_stores_nothing(
        self, client: Client, version: StudyVersion
    ) -> None:
        page = client.get(reverse("study:declined", args=[version.study.code]))
        assert b"Nothing about you was stored" in page.content

    def test_the_way_out_and_back_keeps_what_the_platform_sent(
        self, client: Client, version: StudyVersion
    ) -> None:
        query = {"PROLIFIC_PID": "5f01", "SESSION_ID": "v1"}
        out = reverse("study:declined", args=[version.study.code]) + "?PROLIFIC_PID=5f01&amp;SESSION_ID=v1"
        assert f'href="{out}"' in client.get(consent(version), query).content.decode()
        back = landing(version) + "?PROLIFIC_PID=5f01&amp;SESSION_ID=v1"
        page = client.get(reverse("study:declined", args=[version.study.code]), query)
        assert f'href="{back}"' in page.content.decode()

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://x.example"}])
    def test_a_form_sent_by_another_site_is_refused(
        self, version: StudyVersion, headers: dict[str, str]
    ) -> None:
        assert begin_as(Client(headers=headers), version).status_code == HTTPStatus.FORBIDDEN
        assert not Participant.objects.exists()

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}])
    def test_the_own_form_needs_no_cookie(self, version: StudyVersion, headers: dict[str, str]) -> None:
        begin_as(Client(headers=headers, enforce_csrf_checks=True), version)
        assert Participant.objects.exists()

    def test_a_full_study_says_so(self, client: Client) -> None:
        version = open_study_version(target_completes=1)
        newcomer(version, timezone.now())
        assert begin_as(client, version).status_code == HTTPStatus.CONFLICT
