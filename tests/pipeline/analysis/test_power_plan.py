"""The power planner of the desk: assumptions in, a curve and a number of people out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.analysis import power_plan
from pipeline.analysis.power_plan import assumed_for, power_report_of
from pipeline.models import Job
from study.models import Study
from tests.pipeline.studies import make_study, work_off
from tests.study.factories import open_study_version, player

pytestmark = pytest.mark.django_db
EASY = {
    "human": ".97, .95",
    "machine": ".96 .40",
    "photos": "60",
    "trials": "60",
    "seeds": "4",
    "classes": "3",
}


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(power_plan, "RUNS", 40)
    return make_study()


def page_of(study: Study) -> str:
    return reverse("pipeline:power", args=[study.code])


def test_the_first_guess_is_that_of_the_design() -> None:
    assumed = assumed_for(make_study(floor=0.9, ceiling=0.6, seeds=3, trials_per_person=500))
    assert assumed.human == (0.97, 0.955, 0.94)
    assert assumed.machine == (0.95, 0.7, 0.45)
    assert (assumed.photos, assumed.trials, assumed.seeds) == (100, 100, 3)


def test_of_two_photos_at_once_trials_are_pairs_and_guessing_is_right_half_of_the_time(
    monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    monkeypatch.setattr(power_plan, "RUNS", 20)
    study = make_study(task="two_photos", trials_per_person=500)
    assert (assumed_for(study).photos, assumed_for(study).trials) == (100, 50)
    sent = EASY | {"machine": ".96 .55", "trials": "30", "people": "4", "goal": "0.8"}
    too_many = admin_client.post(page_of(study), sent | {"trials": "31"}).content.decode()
    assert "At most as many as there are test photos, of which two make a pair." in too_many
    too_bad = admin_client.post(page_of(study), sent | {"machine": ".96 .40"}).content.decode()
    assert "Not below 0.5: guessing is right so often." in too_bad
    admin_client.post(page_of(study), sent)
    work_off(study)
    report = power_report_of(study.jobs.get(kind=Job.Kind.POWER))
    assert report is not None
    assert report.sizes[0].answers == 4 * 30
    assert "guessing is right at .50; 60 photos make 30 pairs" in report.says


def test_it_names_the_smallest_number_that_is_enough_and_the_design_takes_it(
    study: Study, admin_client: Client
) -> None:
    admin_client.post(page_of(study), EASY | {"people": "4, 40", "goal": "0.8"})
    work_off(study)
    job = study.jobs.get(kind=Job.Kind.POWER)
    report = power_report_of(job)
    assert report is not None
    assert [size.people for size in report.sizes] == [4, 40]
    assert report.sizes[0].chance < report.sizes[1].chance
    assert report.recommended == 40
    assert "Recommended: 40 people" in admin_client.get(page_of(study)).content.decode()
    figure = admin_client.get(reverse("pipeline:power-figure", args=[study.code, job.pk]))
    assert figure.content.startswith(b"<?xml")
    admin_client.post(reverse("pipeline:power-take", args=[study.code, job.pk]))
    study.refresh_from_db()
    assert study.target_completes == 40


@pytest.mark.thorough
def test_where_no_number_is_enough_none_is_named(study: Study, admin_client: Client) -> None:
    admin_client.post(page_of(study), EASY | {"human": ".9 .8", "people": "4", "goal": "0.9"})
    work_off(study)
    page = admin_client.get(page_of(study)).content.decode()
    assert "No size is shown to reach a chance of .90" in page
    assert "Plan with" not in page


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"machine": ".9"}, "one for each level"),
        ({"human": "high, low"}, "Numbers, separated by commas"),
        ({"human": "1, .9"}, "Numbers from 0.01 to 0.99"),
        ({"trials": "61"}, "At most as many as there are test photos"),
        ({"people": "1 2 3 4 5 6 7 8 9"}, "from 2 to 1000"),
    ],
)
def test_numbers_that_make_no_study_are_refused_at_once(
    wrong: dict[str, str], advice: str, study: Study, admin_client: Client
) -> None:
    shown = admin_client.post(page_of(study), EASY | {"people": "4", "goal": "0.8"} | wrong)
    assert advice in shown.content.decode()
    assert not study.jobs.exists()


def test_once_people_take_part_their_number_stays(study: Study, admin_client: Client) -> None:
    running = open_study_version().study
    admin_client.post(page_of(running), EASY | {"people": "40", "goal": "0.8"})
    work_off(running)
    player(running.version())
    job = running.jobs.get(kind=Job.Kind.POWER)
    admin_client.post(reverse("pipeline:power-take", args=[running.code, job.pk]))
    running.refresh_from_db()
    assert running.target_completes is None
