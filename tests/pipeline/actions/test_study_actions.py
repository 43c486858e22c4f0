"""What a researcher can do with a study: it is logged when it is done, and refused with a reason."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from pipeline.actions.study_actions import ACTIONS, REFUSALS, perform_action
from pipeline.models import Loop
from study.models import Study
from study.models.people import Mode
from tests.pipeline.answered import answered_version
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


def do(study: Study, name: str) -> str:
    return perform_action(study.owner, study, name)


@pytest.mark.thorough
def test_what_is_done_is_said_and_logged() -> None:
    study = answered_version(people=0).study
    assert do(study, "close") == "Closed: no new participants can start."
    study.refresh_from_db()
    assert study.status == Study.Status.CLOSED
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (study.owner, "close")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stop-loop", "never started"),
        ("show-attention", "has not finished"),
        ("open", "Freeze"),
        ("analyse", "frozen"),
    ],
)
def test_what_cannot_be_done_yet_is_refused_with_a_reason_and_not_logged(name: str, reason: str) -> None:
    with pytest.raises(REFUSALS, match=reason):
        do(draft_study(), name)
    assert not LogEntry.objects.exists()


def test_a_loop_starts_and_stops() -> None:
    study = draft_study()
    assert do(study, "start-loop").startswith("The loop runs")
    assert do(study, "stop-loop").startswith("The loop stops")
    assert Loop.objects.get(study=study).state == Loop.State.STOPPED


def test_simulated_and_live_participants_are_analysed_apart() -> None:
    study = answered_version(people=1).study
    assert "they are robots" in do(study, "analyse-simulated")
    assert study.analyses.get().mode == Mode.SIMULATED


def test_no_two_buttons_read_alike() -> None:
    assert len({action.label for action in ACTIONS.values()}) == len(ACTIONS)
