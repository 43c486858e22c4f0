"""Robots reach the database through the pages alone, and are marked as robots everywhere."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from study.models import Session, Trial
from study.robots import Curve, simulate
from study.robots.browser import PageError
from tests.study.factories import GRIDS, draft_study, frozen_version, open_study_version

# Whoever sees anything at all of the subject, in a picture of any size, is right.
SURE = Curve(threshold=1e-9, side_threshold=1e-9, lapse=0.0, person_sd=0.0, photo_sd=0.0)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_robots_go_the_whole_way_and_are_marked_as_robots(live_server: LiveServer) -> None:
    version = frozen_version(draft_study(trials_per_person=9, block_size=5))
    progress: list[tuple[int, int]] = []
    report = simulate(
        version.study,
        str(live_server),
        people=4,
        seed=1,
        on_progress=lambda done, everyone: progress.append((done, everyone)),
        parallel=2,
        curve=SURE,
    )
    assert report.completed == 4
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert set(Session.objects.values_list("participant__mode", "status")) == {("simulated", "completed")}
    tests = Trial.objects.filter(block_type="test")
    assert set(tests.values_list("correct", "late", "suspect")) == {(True, False, "")}
    assert tests.filter(session__status="completed").count() == 4 * 9


def test_a_site_that_refuses_them_is_an_error_in_words(live_server: LiveServer) -> None:
    version = frozen_version()
    version.study.code = "elsewhere"
    with pytest.raises(PageError, match="answered 404"):
        simulate(version.study, str(live_server), people=1, seed=1)


@pytest.mark.everyday
def test_the_command_says_how_the_sessions_ended_and_not_what_was_requested(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    version = open_study_version()
    call_command("simulate", version.study.code, people=2, base_url=str(live_server), threshold=1e-9)
    assert "2 robots" in capsys.readouterr().out
    assert "httpx" not in {record.name for record in caplog.records}


def test_robots_go_through_all_parts_without_waiting_for_another_day(live_server: LiveServer) -> None:
    version = open_study_version(parts=2, part_practice=True)
    report = simulate(version.study, str(live_server), people=2, seed=1, parallel=2, curve=SURE)
    assert report.completed == 2
    for session in Session.objects.all():
        assert [part.number for part in session.parts.all() if part.ended_at] == [1, 2]
        assert not session.trials.open().exists()
        assert session.trials.filter(block_type="practice").count() == 2 + 2


@pytest.mark.everyday
def test_robots_answer_grids_by_the_same_curve(live_server: LiveServer) -> None:
    version = open_study_version(**GRIDS)
    assert simulate(version.study, str(live_server), people=2, seed=1, parallel=2, curve=SURE).completed == 2
    grids = Trial.objects.filter(session__participant__mode="simulated")
    assert set(grids.values_list("correct", "tile_accuracy", "late", "suspect")) == {(True, 1.0, False, "")}
    assert grids.count() == 2 * 5


def test_robots_answer_yes_no_questions_by_the_same_curve(live_server: LiveServer) -> None:
    version = open_study_version(task="yes_no", trials_per_person=9, block_size=9)
    assert simulate(version.study, str(live_server), people=2, seed=1, parallel=2, curve=SURE).completed == 2
    trials = Trial.objects.filter(block_type="test")
    assert set(trials.values_list("correct", "late", "suspect")) == {(True, False, "")}
    assert set(trials.values_list("said_yes", flat=True)) == {True, False}


@pytest.mark.everyday
def test_robots_look_at_two_photos_and_choose_between_them(live_server: LiveServer) -> None:
    photos = {"test_photos": 6, "validation_photos": 8}
    version = open_study_version(task="two_photos", trials_per_person=9, block_size=9, **photos)
    assert simulate(version.study, str(live_server), people=2, seed=1, parallel=2, curve=SURE).completed == 2
    trials = Trial.objects.filter(block_type="test")
    assert set(trials.values_list("correct", "late", "suspect")) == {(True, False, "")}
    assert {trial.choice_order.index(trial.response_id) for trial in trials} == {0, 1}


@pytest.mark.everyday
def test_robots_measure_their_screen_and_their_distance(live_server: LiveServer) -> None:
    version = open_study_version(
        screen_calibration="required", measure_distance=True, viewing_distance_cm=70.0
    )
    assert simulate(version.study, str(live_server), people=4, seed=1, parallel=2, curve=SURE).completed == 4
    robots = Session.objects.all()
    assert {robot.distance_known_by for robot in robots} == {"blind_spot"}
    distances = [robot.viewing_distance_cm or 0.0 for robot in robots]
    assert len(set(distances)) == 4, "each has a seat of its own"
    assert sum(distances) / 4 == pytest.approx(70.0, rel=0.15)


def test_robots_compare_two_photos(live_server: LiveServer) -> None:
    photos = {"test_photos": 12, "validation_photos": 10}
    version = open_study_version(task="same_different", trials_per_person=6, block_size=6, **photos)
    assert simulate(version.study, str(live_server), people=2, seed=1, parallel=2, curve=SURE).completed == 2
    trials = Trial.objects.filter(block_type="test")
    assert set(trials.values_list("correct", "late", "suspect")) == {(True, False, "")}
    assert set(trials.values_list("said_same", flat=True)) == {True, False}


@pytest.mark.everyday
def test_robots_type_what_they_see_with_slips_now_and_then(live_server: LiveServer) -> None:
    # Names of five letters and more: whatever the order of the trials, a seed's robots draw the same slips.
    classes = ("dribbling", "dunking", "shooting")
    version = open_study_version(classes=classes, task="naming", trials_per_person=12, block_size=12)
    assert simulate(version.study, str(live_server), people=4, seed=1, parallel=2, curve=SURE).completed == 4
    trials = Trial.objects.filter(block_type="test").select_related("stimulus__item__category")
    assert set(trials.values_list("correct", "late", "suspect")) == {(None, False, "")}
    names = [(trial.response_text, trial.stimulus.item.category.name) for trial in trials]
    exact = sum(text == name for text, name in names) / len(names)
    assert 0.75 < exact < 1
    assert all(sorted(text) == sorted(name) for text, name in names)
