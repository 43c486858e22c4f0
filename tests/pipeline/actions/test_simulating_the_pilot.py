"""Robots answer the pilot by a button: as many as it asks people, others than those of the main study."""

from __future__ import annotations

import pytest
from django.test import Client

from pipeline.actions.simulating import FIRST_OF_THE_PILOT
from pipeline.models import Job
from pipeline.models.job_params import SimulateParams
from tests.pipeline.studies import make_study
from tests.study.factories import open_pilot_of

pytestmark = pytest.mark.django_db


def test_the_pilots_page_queues_as_many_robots_as_it_asks_people(admin_client: Client) -> None:
    pilot = open_pilot_of()
    study = pilot.version.study
    page = f"/desk/{study.code}/pilot/"
    assert "Let robots answer the pilot" in admin_client.get(page).content.decode()
    answer = admin_client.post(f"{page}simulate/")
    assert answer.headers["Location"] == f"{page}?mode=simulated"
    params = SimulateParams.of(study.jobs.get(kind=Job.Kind.SIMULATE))
    assert params.pilot
    assert params.people == pilot.version.design.pilot_people
    assert params.first == FIRST_OF_THE_PILOT


def test_without_an_open_pilot_there_is_nothing_to_answer(admin_client: Client) -> None:
    study = make_study(pilot=True)
    answer = admin_client.post(f"/desk/{study.code}/pilot/simulate/", follow=True)
    assert "Open the pilot first" in answer.content.decode()
    assert not study.jobs.exists()


@pytest.mark.parametrize(("mode", "action"), [("live", "choose-crops"), ("preview", "")])
def test_before_anybody_has_finished_no_choice_is_offered(
    admin_client: Client, mode: str, action: str
) -> None:
    """Before anybody has finished there is no button, and previews never choose."""
    study = open_pilot_of().version.study
    page = admin_client.get(f"/desk/{study.code}/pilot/?mode={mode}")
    assert page.context["choice"] == action
    assert "/do/" not in page.content.decode()
