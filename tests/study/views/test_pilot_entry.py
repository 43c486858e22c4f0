"""The pilot's own link, and the ways from the pilot into the main study that are shut."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from study import texts
from study.freezing.pilot_version import close_pilot
from study.models import Participant, Pilot, Session, Study
from study.models.people import Mode
from study.recruitment import simulation_key
from tests.study.factories import open_pilot_of, open_version_of, player
from tests.study.playing import play_ready, play_to_the_end

pytestmark = pytest.mark.django_db
REFUSED = "took part in the pilot of this study"


@pytest.fixture
def pilot() -> Pilot:
    return open_pilot_of()


def main_part(pilot: Pilot) -> Study:
    Pilot.objects.filter(pk=pilot.pk).update(outcome={}, closed_at=timezone.now(), decided_by=Mode.LIVE)
    return open_version_of(pilot.version.study).study


def begin(client: Client, code: str, **fields: str) -> Session | None:
    """Agree as a browser does; return the session, or None where the page says why not."""
    response = client.post(reverse("study:consent", args=[code]), {"agree": "on", **fields})
    if response.status_code != HTTPStatus.FOUND:
        assert response.status_code == HTTPStatus.CONFLICT
        assert REFUSED in response.content.decode()
        return None
    return Session.of_any_stage.get(token=response["Location"].rstrip("/").rpartition("/")[2])


class TestThePilotsLink:
    def test_it_is_not_the_studys_and_leads_to_the_pilot(self, client: Client, pilot: Pilot) -> None:
        assert pilot.code != pilot.version.study.code
        page = client.get(reverse("study:landing", args=[pilot.code])).content.decode()
        assert "This is the pilot" in page
        session = begin(client, pilot.code)
        assert session is not None
        assert session.participant.version == pilot.version
        assert session.participant.stage == "pilot"

    def test_the_consent_says_word_for_word_what_taking_part_means(
        self, client: Client, pilot: Pilot
    ) -> None:
        begin(client, pilot.code)
        assert texts.about_the_pilot() in Participant.of_any_stage.get().consent_text

    def test_the_player_serves_candidates(self, client: Client, pilot: Pilot) -> None:
        session = begin(client, pilot.code)
        tested = session.trials.filter(block_type="test").select_related("stimulus")
        assert len(tested) == 6
        assert all(trial.stimulus.candidate > 0 for trial in tested)

    def test_it_shuts_when_the_pilot_is_closed_but_who_has_begun_may_finish(self, pilot: Pilot) -> None:
        play_to_the_end(player(pilot.version))
        begun, late = Client(), Client()
        session = begin(begun, pilot.code)
        close_pilot(pilot, Mode.LIVE, timezone.now())
        landing = reverse("study:landing", args=[pilot.code])
        assert late.get(landing).status_code == HTTPStatus.GONE
        assert begun.get(landing)["Location"].endswith(f"{session.token}/")

    def test_robots_come_in_with_the_studys_key(self, client: Client, pilot: Pilot) -> None:
        key = simulation_key(pilot.version.study)
        session = begin(client, pilot.code, mode="simulated", key=key)
        assert session.participant.mode == Mode.SIMULATED

    def test_the_last_page_asks_to_stay_away_from_the_main_study(self, client: Client, pilot: Pilot) -> None:
        session = play_to_the_end(player(pilot.version))
        page = client.get(reverse("study:session", args=[session.token])).content.decode()
        assert "Please do not take part in the main study" in page


class TestNobodyComesFromThePilotIntoTheMainStudy:
    def test_not_with_the_same_browser_however_the_link_is_changed(
        self, client: Client, pilot: Pilot
    ) -> None:
        begin(client, pilot.code, PROLIFIC_PID="ann")
        study = main_part(pilot)
        landing = reverse("study:landing", args=[study.code])
        for query in ("", "?PROLIFIC_PID=ann", "?PROLIFIC_PID=somebody-else", "?workerId=x"):
            refused = client.get(landing + query)
            assert refused.status_code == HTTPStatus.CONFLICT
            assert REFUSED in refused.content.decode()
        assert begin(client, study.code) is None
        assert begin(client, study.code, PROLIFIC_PID="somebody-else") is None
        assert not Participant.objects.exists()

    def test_not_after_finishing_it_in_that_browser(self, client: Client, pilot: Pilot) -> None:
        play_to_the_end(play_ready(begin(client, pilot.code)))
        assert begin(client, main_part(pilot).code) is None

    def test_not_with_the_same_id_in_another_browser(self, client: Client, pilot: Pilot) -> None:
        begin(Client(), pilot.code, PROLIFIC_PID="ann", SESSION_ID="v1")
        study = main_part(pilot)
        assert begin(client, study.code, PROLIFIC_PID="ann", SESSION_ID="v1") is None
        assert begin(client, study.code, PROLIFIC_PID="ann", SESSION_ID="v2") is None

    def test_a_pilots_session_shows_the_pilot_whatever_the_main_study_does(
        self, client: Client, pilot: Pilot
    ) -> None:
        session = begin(client, pilot.code)
        main_part(pilot)
        assert client.get(reverse("study:session", args=[session.token])).status_code == HTTPStatus.OK
        assert not Participant.objects.exists()

    def test_others_are_let_in(self, client: Client, pilot: Pilot) -> None:
        begin(Client(), pilot.code, PROLIFIC_PID="ann")
        session = begin(client, main_part(pilot).code, PROLIFIC_PID="ben")
        assert session.participant.stage == "main"

    def test_a_researcher_may_preview_both(self, admin_client: Client, pilot: Pilot) -> None:
        assert begin(admin_client, pilot.code, mode="preview").participant.stage == "pilot"
        assert begin(admin_client, main_part(pilot).code, mode="preview").participant.stage == "main"
