"""Crops that show nobody have no sweet spot, whatever the machine does; readable ones have, if it is weak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from pipeline.analysis.analyse import criteria_of
from pipeline.analysis.analysis_tables import exported_trials
from stats import Verdict, verdict
from study.models import Item, Session, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.recruitment import simulation_key
from study.robots import Curve, Person
from study.robots.browser import Browser
from study.robots.visit import Visit
from tests.pipeline.answered import add_run
from tests.study.factories import draft_study, open_version_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
PEOPLE, PHOTO = 9, 320  # robots; side of the photos in pixels
BODY = {f"joint {n}": (0.2 + 0.02 * n, 0.3 + 0.04 * n, 0.9) for n in range(13)}  # x .2 to .44, y .3 to .78
AROUND_THE_BODY, MOST_OF_IT = (0.1, 0.2, 0.5, 0.7), (0.1, 0.2, 0.4, 0.4)
BARE_COURT = (0.6, 0.2, 0.4, 0.4)
Window = tuple[float, float, float, float]


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Requests are answered inside the test's own transaction, as Django's own test client has it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def study_of(*heavier: Window) -> Study:
    """A study whose photos show a body, in these windows at the levels after the whole photo."""
    study = draft_study(test_photos=8, trials_per_person=18, block_size=9, floor=0.6, ceiling=0.5)
    Item.objects.filter(study=study).update(landmarks=BODY, width=PHOTO, height=PHOTO)
    Stimulus.objects.filter(level__study=study).update(width=PHOTO, height=PHOTO)
    for number, (left, top, width, height) in enumerate(heavier, start=1):
        crops = Stimulus.objects.filter(level__study=study, level__number=number)
        crops.update(left=left, top=top, window_width=width, window_height=height)
    return study


def answered(study: Study) -> StudyVersion:
    """Let robots take part through the pages; one that fails the practice is screened out, as people are."""
    version = open_version_of(study)
    for number in range(PEOPLE):
        _take_part(version, Person(number, seed=3))
    assert Session.objects.completed().count() > PEOPLE / 2
    return version


def _take_part(version: StudyVersion, robot: Person) -> None:
    site = httpx.WSGITransport(app=get_wsgi_application())
    with Browser("http://testserver", transport=site) as browser:
        key = simulation_key(version.study)
        Visit(browser, version.study.code, key, robot.observer(Curve())).take_part()


def verdict_with(version: StudyVersion, machine: float) -> Verdict:
    """Return the verdict if the machine is right on all photos and on this share of the crops."""
    version.study.jobs.all().delete()
    for level in version.study.levels.all():
        for seed in range(2):
            add_run(version.study, level.number, seed, skill=machine if level.number else 1.0)
    trials, _ = exported_trials(version, Mode.SIMULATED)
    return verdict(trials, **asdict(criteria_of(version)))


@pytest.mark.thorough
def test_a_study_of_bare_court_has_no_sweet_spot_whatever_the_machine_does() -> None:
    version = answered(study_of(BARE_COURT, BARE_COURT))
    outcomes = [verdict_with(version, machine) for machine in (0.0, 0.5, 1.0)]
    assert [outcome.sweet_levels for outcome in outcomes] == [(), (), ()]
    whole, *empty = (level.human.estimate for level in outcomes[0].levels)
    assert whole > 0.9
    assert all(accuracy < 0.6 for accuracy in empty), "people guess where nobody is in sight"


@pytest.mark.thorough
def test_readable_crops_have_one_if_the_machine_is_weak() -> None:
    version = answered(study_of(AROUND_THE_BODY, MOST_OF_IT))
    assert verdict_with(version, machine=0.0).sweet_levels == (1, 2)
    assert verdict_with(version, machine=1.0).sweet_levels == ()


@pytest.mark.thorough
def test_of_a_readable_and_an_empty_level_the_readable_one_is_the_sweet_spot() -> None:
    assert verdict_with(answered(study_of(AROUND_THE_BODY, BARE_COURT)), machine=0.0).sweet_levels == (1,)
