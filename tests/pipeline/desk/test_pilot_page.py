"""The desk of a study with a pilot: open it, watch it, close it, see what it dropped, take its files home."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.exports.files import FILES
from pipeline.models import Job, Loop
from pipeline.worker.execute import perform
from study.freezing.freeze import freeze, open_study
from study.models import Pilot, Stimulus, Study
from study.models.people import Mode
from tests.pipeline.acting import desk, do
from tests.pipeline.pilot.piloted import cut_study, piloted, take_part
from tests.pipeline.studies import make_study
from tests.study.factories import NOW, player
from tests.study.playing import play_to_the_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return cut_study(monkeypatch)


def page(client: Client, study: Study, query: str = "") -> str:
    return client.get(reverse("pipeline:pilot", args=[study.code]) + query).content.decode()


def file_of(client: Client, study: Study, name: str, mode: str = "live") -> list[dict[str, str]]:
    response = client.get(reverse("pipeline:pilot-file", args=[study.code, mode, name]))
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def easy_at_level_1(stimulus: Stimulus) -> bool:
    return stimulus.level.number == 1


def test_a_study_without_a_pilot_says_that_nobody_checks_the_crops(admin_client: Client) -> None:
    study = make_study()
    text = admin_client.get(desk(study)).content.decode()
    assert "nobody checks beforehand whether people recognise the crops" in text
    assert "Open the pilot" not in text
    assert "nobody checks beforehand" in page(admin_client, study)


class TestOpeningAndClosing:
    def test_the_link_rule_and_quota_are_shown_once_it_is_open(
        self, admin_client: Client, study: Study
    ) -> None:
        assert "Open the pilot" in admin_client.get(desk(study)).content.decode()
        assert "not open yet" in page(admin_client, study)
        answer = do(admin_client, study, "open-pilot")
        pilot = Pilot.objects.get()
        assert f"/s/{pilot.code}/" in answer
        text = page(admin_client, study)
        assert f"/s/{pilot.code}/" in text
        assert "0 of 24 people have finished" in text
        assert "after at least 2 answers, it is at least 0.8 probable that more than 0.5 of people" in text

    @pytest.mark.thorough
    def test_it_cannot_be_closed_before_anybody_has_finished(
        self, admin_client: Client, study: Study
    ) -> None:
        do(admin_client, study, "open-pilot")
        assert "Nobody has completed the pilot in this mode yet" in do(admin_client, study, "choose-crops")

    def test_closing_lets_the_loop_take_what_was_chosen(self, admin_client: Client, study: Study) -> None:
        Loop.objects.create(study=study, state=Loop.State.WAITING)
        Job.objects.filter(study=study).update(state=Job.State.SUCCEEDED)
        piloted(study, easy_at_level_1)
        assert "The pilot is closed" in do(admin_client, study, "choose-crops")
        assert study.jobs.get(kind=Job.Kind.CHOOSE).state == Job.State.QUEUED
        perform(study.jobs.get(kind=Job.Kind.CHOOSE).pk)
        text = page(admin_client, study)
        assert "What was chosen" in text
        assert text.count("at level 2") == 8  # photos in the contact sheet of those dropped
        assert "8 of 8 photos were dropped at level 2" in admin_client.get(desk(study)).content.decode()

    @pytest.mark.thorough
    def test_robots_answers_are_shown_apart(self, admin_client: Client, study: Study) -> None:
        pilot = piloted(study, lambda _: True, people=2, mode=Mode.SIMULATED)
        take_part(pilot, lambda _: True)
        assert "1 of 24 people have finished" in page(admin_client, study)
        assert "2 of 24 people have finished" in page(admin_client, study, "?mode=simulated")

    @pytest.mark.thorough
    def test_strangers_find_no_pilot(self, client: Client, study: Study) -> None:
        response = client.get(reverse("pipeline:pilot", args=[study.code]))
        assert response.status_code == HTTPStatus.FOUND  # to the login


class TestFiles:
    def test_a_row_for_each_answer_with_the_window_that_was_seen(
        self, admin_client: Client, study: Study
    ) -> None:
        piloted(study, easy_at_level_1, people=3)
        rows = file_of(admin_client, study, "pilot_trials.csv")
        assert len(rows) == 12
        for row in rows:
            window = Stimulus.candidates.get(pk=row["stimulus_id"])
            assert (int(row["candidate"]), float(row["left"])) == (
                window.candidate,
                pytest.approx(window.left),
            )
            assert row["correct"] == str(int(window.level.number == 1))

    def test_a_row_for_each_window_with_its_posterior(self, admin_client: Client, study: Study) -> None:
        piloted(study, easy_at_level_1)
        rows = file_of(admin_client, study, "pilot_windows.csv")
        assert len(rows) == 8 * 2 * 2
        for row in rows:
            n, k = int(row["answers_counted"]), int(row["answers_right"])
            expected = 1 - 0.5 ** (n + 1) if k == n else 0.5 ** (n + 1)  # all right, or none
            assert float(row["probability"]) == pytest.approx(expected, abs=1e-6)
            assert row["passed"] == str(int(k == n))
            assert row["taken"] == str(int(k == n and row["candidate"] == "1"))

    def test_no_such_file(self, admin_client: Client, study: Study) -> None:
        piloted(study, easy_at_level_1, people=1)
        address = reverse("pipeline:pilot-file", args=[study.code, "live", "trials.csv"])
        assert admin_client.get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("mode", "who"), [("live", "People chose"), ("simulated", "Robots, not people, chose")]
)
def test_the_desk_says_whether_people_or_robots_chose_the_crops(
    admin_client: Client, study: Study, mode: str, who: str
) -> None:
    piloted(study, lambda _: True, people=1)
    outcome = {"mode": mode, "people": 1, "answers": 1, "floor": 0.5, "certainty": 0.8, "least_answers": 2}
    Pilot.objects.update(decided_by=mode, outcome=outcome | {"levels": []})
    page = admin_client.get(reverse("pipeline:desk", args=[study.code])).content.decode()
    assert f"{who} the crops" in " ".join(page.split())


@pytest.mark.thorough
def test_no_file_of_the_main_study_changes_by_a_byte_whatever_the_pilot_answered(study: Study) -> None:
    """The same main study, exported with the pilot's answers there and, after erasing them, without."""
    pilot = piloted(study, lambda _: True)
    Pilot.objects.update(outcome={"mode": "live", "people": 1, "answers": 1, "floor": 0.5, "certainty": 0.8,
                                  "least_answers": 2, "levels": []})  # fmt: skip
    study.trials_per_person = 4
    study.save()
    version = freeze(study, NOW)
    open_study(study)
    play_to_the_end(player(version))
    with_pilot = {name: "".join(FILES[name](version, Mode.LIVE)) for name in FILES}
    pilot_people = set(pilot.version.participants(manager="of_any_stage").values_list("public_id", flat=True))
    assert len(pilot_people) == 24
    assert not any(person in text for person in pilot_people for text in with_pilot.values())
    pilot.version.participants(manager="of_any_stage").all().delete()
    assert {name: "".join(FILES[name](version, Mode.LIVE)) for name in FILES} == with_pilot


@pytest.mark.thorough
def test_an_analysis_of_a_pilots_version_has_no_people_at_all(study: Study) -> None:
    pilot = piloted(study, lambda _: True, people=2)
    lines = list(FILES["trials.csv"](pilot.version, Mode.LIVE))
    assert len(lines) == 1  # the header
