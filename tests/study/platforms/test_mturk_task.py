"""A task inside Mechanical Turk's own page: preview, frame, and the form that hands the work in."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.utils import timezone

from study import sessions
from study.models import Participant, Session, UnknownParameter
from study.platforms.contract import BadArrivalError, Outcome
from study.platforms.mturk import MTURK
from tests.study.addresses import address, consent, landing
from tests.study.factories import open_study_version, recruit
from tests.study.platforms.arriving import Sent
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
PREVIEW = {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": "H1"}
TAKEN = {"assignmentId": "as1", "hitId": "H1", "workerId": "A1"}
SANDBOX = "https://workersandbox.mturk.com"
REAL = "https://www.mturk.com"


@pytest.mark.parametrize("platform", ["mturk", "any"])
def test_a_preview_says_accept_first_and_stores_nobody(platform: str) -> None:
    version = open_study_version()
    recruit(version, platform=platform)
    looking = Sent(version, **PREVIEW)
    for page in (looking.land(), looking.agree()):
        assert page.status == HTTPStatus.OK
        assert "Accept the HIT first" in page.text
        assert consent(version) not in page.forms
    assert not Participant.objects.exists()


@pytest.mark.sampled
@pytest.mark.parametrize("site", [REAL, SANDBOX])
def test_the_last_page_hands_the_work_in_where_it_was_taken(site: str) -> None:
    version = open_study_version()
    recruit(version, platform="mturk")
    sent = Sent(version, **TAKEN, turkSubmitTo=site)
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    form = sent.look(session).forms[f"{site}/mturk/externalSubmit"]
    assert form["assignmentId"] == "as1"
    assert form["outcome"] == "completed"
    assert form["code"] == session.completion_code


@pytest.mark.thorough
def test_who_withdraws_at_the_end_can_still_hand_in() -> None:
    version = open_study_version()
    recruit(version, platform="mturk")
    sent = Sent(version, **TAKEN, turkSubmitTo=SANDBOX)
    session = play_to_the_end(play_ready(sent.begin()), timezone.now())
    sessions.withdraw(session.token, timezone.now())
    assert f"{SANDBOX}/mturk/externalSubmit" in sent.look(session).forms


@pytest.mark.thorough
def test_who_stops_early_returns_the_task_instead() -> None:
    version = open_study_version()
    recruit(version, platform="mturk")
    sent = Sent(version, **TAKEN, turkSubmitTo=SANDBOX)
    session = sent.begin()
    sessions.withdraw(session.token, timezone.now())
    assert f"{SANDBOX}/mturk/externalSubmit" not in sent.look(session).forms
    assert "return your submission" in sent.look(session).text


@pytest.mark.parametrize("site", ["https://evil.example", f"{REAL}.evil.example", "javascript:1"])
def test_no_form_is_sent_anywhere_else(site: str) -> None:
    with pytest.raises(BadArrivalError):
        MTURK.identity({**TAKEN, "turkSubmitTo": site})


def test_a_task_that_is_only_a_link_gives_a_code_to_copy() -> None:
    worker = MTURK.identity({"workerId": "A1"})
    back = MTURK.way_back(Outcome.COMPLETED, "ABC", "", worker)
    assert (back.code, back.link, back.is_form) == ("ABC", "", False)


class TestFrame:
    def ancestors(self, version: object, page: str, **query: str) -> tuple[str, bool]:
        response = Sent(version, **query).client.get(page, query)  # type: ignore[arg-type]
        policy = dict(
            part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";")
        )
        return policy["frame-ancestors"], "X-Frame-Options" in response

    @pytest.mark.thorough
    def test_mturk_may_frame_a_study_of_its_own_and_its_form_may_leave(self) -> None:
        version = open_study_version()
        recruit(version, platform="mturk")
        sent = Sent(version, **TAKEN, turkSubmitTo=REAL)
        session = sent.begin()
        for page in (landing(version), consent(version), address("session", session)):
            ancestors, refuses = self.ancestors(version, page, **TAKEN)
            assert "https://worker.mturk.com" in ancestors
            assert SANDBOX in ancestors
            assert "'none'" not in ancestors
            assert not refuses

    @pytest.mark.sampled
    @pytest.mark.parametrize("platform", ["prolific", "plain", "lab", "any"])
    def test_nobody_frames_any_other(self, platform: str) -> None:
        version = open_study_version()
        recruit(version, platform=platform)
        for page in (landing(version), consent(version)):
            ancestors, refuses = self.ancestors(version, page, PROLIFIC_PID="p1")
            assert (ancestors, refuses) == ("'none'", True)


class TestUnknownParameters:
    def test_their_names_are_noted_once_and_never_their_values(self) -> None:
        version = open_study_version()
        recruit(version, platform="prolific", require_id=False)
        for value in ("17", "18"):
            Sent(version, RespondentID=value, utm_source="x").land()
        noted = list(UnknownParameter.objects.values_list("name", flat=True))
        assert sorted(noted) == ["RespondentID", "utm_source"]
        assert not Session.objects.exists()

    @pytest.mark.thorough
    def test_absurd_ones_are_not_and_there_are_few(self) -> None:
        version = open_study_version()
        Sent(version, **{"<b>": "1", "a" * 50: "2"}).land()
        for number in range(40):
            Sent(version, **{f"p{number}": "1"}).land()
        names = set(UnknownParameter.objects.values_list("name", flat=True))
        assert names == {f"p{number}" for number in range(20)}

    def test_what_the_platform_sends_is_known(self) -> None:
        version = open_study_version()
        recruit(version, platform="mturk")
        Sent(version, **TAKEN, turkSubmitTo=REAL).land()
        Sent(version, **PREVIEW).land()
        assert not UnknownParameter.objects.exists()
