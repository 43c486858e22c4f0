"""A look at people's answers that the design does not plan asks first, and is logged as agreed to."""

from __future__ import annotations

import pytest
from django.test import Client

from pipeline.actions.study_actions import AskFirstError, perform_action
from pipeline.audit import entries_of
from pipeline.models import Job
from study.freezing.freeze import close_study
from study.models.people import Mode
from tests.pipeline.acting import do
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import work_off

pytestmark = pytest.mark.django_db


def test_an_unplanned_look_asks_on_the_desk_and_only_then_looks(admin_client: Client) -> None:
    study = answered_version(people=2, mode=Mode.LIVE, target_completes=40).study
    page = do(admin_client, study, "analyse")
    assert "plans no look at the answers of 2 people" in page
    assert not study.jobs.filter(kind=Job.Kind.ANALYSE).exists()
    assert not entries_of(study).exists()
    admin_client.post(f"/desk/{study.code}/do/analyse/", {"agreed": "1"})
    assert study.jobs.filter(kind=Job.Kind.ANALYSE).exists()
    (entry,) = entries_of(study)
    assert entry.change_message.startswith("analyse (agreed: The frozen design plans no look")


@pytest.mark.thorough
def test_a_planned_look_asks_nothing_once_and_asks_before_it_is_repeated() -> None:
    draft = {"look_plan": "planned", "look_shares": [0.5, 1.0], "target_completes": 4}
    study = answered_version(people=2, mode=Mode.LIVE, **draft).study
    perform_action(study.owner, study, "analyse")
    work_off(study)
    with pytest.raises(AskFirstError):
        perform_action(study.owner, study, "analyse")


@pytest.mark.parametrize("draft", [{"look_plan": "sequence"}, {"look_plan": "end"}])
def test_a_closed_study_and_one_that_is_looked_at_at_any_time_ask_nothing(draft: dict[str, str]) -> None:
    study = answered_version(people=2, mode=Mode.LIVE, target_completes=40, **draft).study
    if draft["look_plan"] == "end":
        close_study(study)
    assert "queued" in perform_action(study.owner, study, "analyse")


def test_robots_may_be_looked_at_at_any_time() -> None:
    study = answered_version(people=2, mode=Mode.SIMULATED).study
    assert "queued" in perform_action(study.owner, study, "analyse-simulated")
