"""What people see between two parts: when to come back, with which link; and what happens when they do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from study import sessions
from study.models import ExternalIdentity, Session, StudyVersion
from study.models.people import Mode
from tests.study.addresses import address, begin_as, consent, landing
from tests.study.factories import DEVICE, open_study_version, recruit
from tests.study.playing import fresh, play_block
from tests.study.several_days import after_part_one, hours_later, in_parts

pytestmark = pytest.mark.django_db

PERSON = {"PROLIFIC_PID": "5f0c7b2a9d3e4f0011223344", "STUDY_ID": "part1", "SESSION_ID": "visit1"}


def now_after_part_one(version: StudyVersion | None = None, mode: Mode = Mode.LIVE) -> Session:
    """Somebody who has done the first part just now."""
    return after_part_one(version, timezone.now(), mode)


def of_prolific(version: StudyVersion) -> Session:
    return after_part_one(version, timezone.now(), identity=sessions.Identity("prolific", *PERSON.values()))


class TestPage:
    @pytest.mark.thorough
    def test_it_says_which_part_is_done_and_when_the_next_one_opens_and_closes(self, client: Client) -> None:
        session = now_after_part_one()
        page = client.get(address("session", session)).content.decode()
        assert "That was part 1 of 2" in page
        window = session.return_window
        for moment in (window.opens, window.closes):
            assert f'datetime="{moment.isoformat()}"' in page

    @pytest.mark.thorough
    def test_it_gives_the_person_their_own_link(self, client: Client) -> None:
        session = now_after_part_one()
        page = client.get(address("session", session)).content.decode()
        assert f'href="http://testserver{address("session", session)}"' in page

    @pytest.mark.thorough
    def test_too_early_there_is_no_button_and_no_error(self, client: Client) -> None:
        session = now_after_part_one()
        page = client.get(address("session", session))
        assert page.status_code == 200
        assert "Begin part 2" not in page.content.decode()

    @pytest.mark.thorough
    def test_once_it_is_open_there_is_a_button_and_opening_the_page_alone_begins_nothing(
        self, client: Client
    ) -> None:
        session = hours_later(now_after_part_one(), 13)
        page = client.get(address("session", session)).content.decode()
        assert "Begin part 2 of 2" in page
        assert fresh(session).part == 1

    def test_too_late_it_says_kindly_that_the_study_ends_and_what_stays(self, client: Client) -> None:
        session = hours_later(now_after_part_one(), 169)
        page = client.get(address("session", session)).content.decode()
        assert "The time for the next part is over" in page
        assert "stays stored and is marked as incomplete" in page
        assert fresh(session).status == Session.Status.STOPPED

    @pytest.mark.thorough
    def test_people_may_stop_there(self, client: Client) -> None:
        session = now_after_part_one()
        assert address("withdraw", session) in client.get(address("session", session)).content.decode()
        page = client.get(address("withdraw", session)).content.decode()
        assert "Stop, and keep my answers" in page

    @pytest.mark.thorough
    @pytest.mark.parametrize("mode", [Mode.PREVIEW, Mode.SIMULATED])
    def test_a_preview_may_go_on_at_once_and_says_that_people_may_not(
        self, client: Client, mode: Mode
    ) -> None:
        session = now_after_part_one(mode=mode)
        page = client.get(address("session", session)).content.decode()
        assert "Begin part 2 of 2" in page
        assert "People must wait until then" in page


class TestBeginning:
    @pytest.mark.thorough
    def test_in_time_the_button_leads_to_the_check_of_the_device(self, client: Client) -> None:
        session = hours_later(now_after_part_one(), 13)
        page = client.post(address("part", session), follow=True).content.decode()
        assert "Checking your device" in page

    @pytest.mark.thorough
    def test_then_people_read_again_what_to_do_and_are_asked_nothing(self, client: Client) -> None:
        session = hours_later(now_after_part_one(), 13)
        client.post(address("part", session))
        sessions.device_checked(session.token, DEVICE)
        page = client.get(address("session", session)).content.decode()
        assert "Part 2 of 2" in page
        assert "Questions, to be sure" not in page
        assert "feedback" not in page
        client.post(address("instructions", session))
        assert fresh(session).status == Session.Status.TRIALS

    @pytest.mark.thorough
    def test_too_early_the_button_of_somebody_elses_making_shows_the_same_page(self, client: Client) -> None:
        session = now_after_part_one()
        page = client.post(address("part", session), follow=True)
        assert page.status_code == 200
        assert "That was part 1 of 2" in page.content.decode()

    def test_a_session_that_is_not_there_is_not_found(self, client: Client) -> None:
        session = now_after_part_one()
        session.token = "0" * 32
        assert client.post(address("part", session)).status_code == 404
        assert client.get(address("calendar", session)).status_code == 404

    def test_a_device_that_does_not_do_is_said_on_the_page(self, client: Client) -> None:
        session = hours_later(now_after_part_one(), 13)
        client.post(address("part", session))
        small = {name: getattr(DEVICE, name) for name in DEVICE.__struct_fields__} | {"viewport_w": 200}
        sessions.device_checked(session.token, sessions.Device(**small))
        page = client.get(address("session", session)).content.decode()
        assert "Open your link on the device that you used before" in page
        assert "Begin part 2 of 2" in page


class TestCalendar:
    @pytest.mark.thorough
    def test_the_entry_names_study_part_and_link(self, client: Client) -> None:
        session = now_after_part_one()
        entry = client.get(address("calendar", session))
        assert entry["Content-Type"] == "text/calendar; charset=utf-8"
        text = entry.content.decode().replace("\r\n ", "")
        assert "SUMMARY:Crops: part 2 of 2" in text
        assert f"URL:http://testserver{address('session', session)}" in text
        assert f"DTSTART:{session.opens_at:%Y%m%dT%H%M%SZ}" in text

    def test_it_holds_nothing_that_tables_have_of_the_person(self, client: Client) -> None:
        session = now_after_part_one()
        assert session.participant.public_id not in client.get(address("calendar", session)).content.decode()

    def test_there_is_none_once_the_next_part_has_begun(self, client: Client) -> None:
        session = hours_later(now_after_part_one(), 13)
        client.post(address("part", session))
        assert client.get(address("calendar", session)).status_code == 404


class TestCodes:
    @pytest.mark.thorough
    def test_without_the_option_a_part_gives_no_code(self, client: Client) -> None:
        session = now_after_part_one()
        assert 'id="completion-code"' not in client.get(address("session", session)).content.decode()

    @pytest.mark.thorough
    def test_with_it_everybody_gets_a_code_of_their_own_for_each_part(self, client: Client) -> None:
        session = now_after_part_one(in_parts(part_codes=True))
        code = session.parts.get().completion_code
        page = client.get(address("session", session)).content.decode()
        assert len(code) == 12
        assert code in page
        assert "Your code for this part" in page

    @pytest.mark.thorough
    def test_the_platforms_own_code_goes_before_and_leads_back_to_it(self, client: Client) -> None:
        version = in_parts(part_codes=True)
        recruit(version, platform="prolific", codes_of_parts="FIRST1", code_completed="LAST2")
        session = of_prolific(version)
        page = client.get(address("session", session)).content.decode()
        assert "https://app.prolific.com/submissions/complete?cc=FIRST1" in page
        assert "LAST2" not in page


class TestSentAgainByThePlatform:
    def come(self, client: Client, version: StudyVersion, **changes: str) -> str:
        return client.get(landing(version), PERSON | changes, follow=True).content.decode()

    @pytest.mark.thorough
    def test_a_visit_for_the_next_part_leads_to_it_also_from_another_browser(self, client: Client) -> None:
        version = in_parts(part_codes=True)
        recruit(version, platform="prolific")
        of_prolific(version)
        assert "That was part 1 of 2" in self.come(client, version, STUDY_ID="part2", SESSION_ID="visit2")

    @pytest.mark.thorough
    def test_the_way_back_belongs_to_the_latest_visit_and_earlier_ones_are_kept(self, client: Client) -> None:
        version = in_parts(part_codes=True)
        recruit(version, platform="prolific")
        session = of_prolific(version)
        self.come(client, version, STUDY_ID="part2", SESSION_ID="visit2")
        self.come(client, version, STUDY_ID="part2", SESSION_ID="visit2")
        known = ExternalIdentity.objects.get(participant=session.participant)
        assert (known.study_reference, known.session_reference) == ("part2", "visit2")
        assert known.earlier_references == ["visit1"]

    @pytest.mark.thorough
    def test_within_a_part_another_visit_is_refused_as_ever(self, client: Client) -> None:
        version = in_parts(part_codes=True)
        recruit(version, platform="prolific")
        session = hours_later(of_prolific(version), 13)
        client.post(address("part", session))
        page = client.get(landing(version), PERSON | {"SESSION_ID": "visit2"})
        assert page.status_code == 409

    def test_people_come_back_also_after_the_study_was_closed_for_newcomers(self, client: Client) -> None:
        version = in_parts(part_codes=True)
        recruit(version, platform="prolific")
        of_prolific(version)
        version.study.status = version.study.Status.CLOSED
        version.study.save()
        assert "That was part 1 of 2" in self.come(client, version, SESSION_ID="visit2")

    @pytest.mark.thorough
    def test_where_parts_have_no_codes_an_id_that_others_may_know_opens_nothing(self, client: Client) -> None:
        version = in_parts()
        recruit(version, platform="prolific")
        of_prolific(version)
        assert client.get(landing(version), PERSON | {"SESSION_ID": "visit2"}).status_code == 409

    @pytest.mark.thorough
    def test_a_plain_link_in_the_same_browser_leads_to_the_page_between(self, client: Client) -> None:
        version = in_parts()
        begin_as(client, version)
        session = Session.objects.get()
        sessions.device_checked(session.token, DEVICE)
        sessions.instructions_read(session.token, understood=True)
        play_block(session, timezone.now())
        play_block(session, timezone.now())
        assert "That was part 1 of 2" in client.get(landing(version), follow=True).content.decode()


class TestBeforeConsent:
    def test_people_learn_of_the_parts_before_they_agree_and_agree_to_them_word_for_word(
        self, client: Client
    ) -> None:
        version = in_parts(part_least_hours=24, part_most_hours=72)
        words = "it opens 24 hours later and must be begun within 3 days"
        assert "2 parts on different days, each about" in client.get(landing(version)).content.decode()
        assert words in client.get(consent(version)).content.decode()
        begin_as(client, version)
        assert words in Session.objects.get().participant.consent_text

    def test_a_study_in_one_go_says_nothing_of_other_days(self, client: Client) -> None:
        version = open_study_version()
        for page in (landing(version), consent(version)):
            text = client.get(page).content.decode()
            assert "different days" not in text
            assert "The study has" not in text
