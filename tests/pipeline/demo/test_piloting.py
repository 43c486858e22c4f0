"""The demo's pilot: robots come by its link through the real pages, and answer as often as its rule needs."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer

from pipeline.demo.piloting import PilotFailedError, run_pilot
from pipeline.pilot.pilot_outcome import Decided, decided_by
from study.models import Participant, Pilot, Study
from study.models.people import Mode
from study.robots import Curve
from tests.pipeline.pilot.piloted import cut_study

pytestmark = pytest.mark.django_db(transaction=True)
# Sure where .8 of the subject is in sight, at a loss where .4 is.
KEEN = Curve(threshold=0.6, slope=60.0, side_threshold=1.0, lapse=0.0, person_sd=0.0, photo_sd=0.0)
OF_THE_RULE = {"pilot_floor": 0.6, "pilot_least_answers": 6}


def watched(monkeypatch: pytest.MonkeyPatch, server: LiveServer, **design: object) -> list[str]:
    """Run the pilot of a new study, and return what was shown meanwhile."""
    study = cut_study(monkeypatch, **(OF_THE_RULE | design))
    shown: list[str] = []
    run_pilot(study, server.url, KEEN, seed=1, show=lambda *step: shown.append(step[2]))
    return shown


def decided() -> Decided:
    return decided_by(Pilot.objects.get(), Mode.SIMULATED)


@pytest.mark.thorough
def test_robots_answer_every_window_often_enough_and_choose_what_they_can_tell(
    monkeypatch: pytest.MonkeyPatch, live_server: LiveServer
) -> None:
    shown = watched(monkeypatch, live_server)
    pilot, study = Pilot.objects.get(), Study.objects.get()
    people = pilot.version.frozen.lists
    assert (pilot.is_open, pilot.decided_by) == (False, Mode.SIMULATED)
    assert shown[-1] == f"{people} of {people}"
    assert min(tally.answers for asked in decided().questions for tally in asked.tallies) >= 6
    easy, hard = decided().outcome.levels
    assert easy.dropped_photos == 0
    assert hard.taken[0] < hard.photos / 2, "keeps .4 of the subject: a guess"
    _a_second_run_asks_nobody(study, live_server)


def _a_second_run_asks_nobody(study: Study, server: LiveServer) -> None:
    people = Participant.of_any_stage.count()
    run_pilot(study, server.url, KEEN, seed=1, show=lambda *_: None)
    assert Participant.of_any_stage.count() == people


@pytest.mark.thorough
def test_a_pilot_that_no_robot_can_finish_says_how_they_ended(
    monkeypatch: pytest.MonkeyPatch, live_server: LiveServer
) -> None:
    with pytest.raises(PilotFailedError, match="screened_out"):
        watched(monkeypatch, live_server, minimum_viewport_px=5000)
    assert Pilot.objects.get().is_open
