"""The researcher's desk, as a researcher clicks through it."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pipeline.desk import live_progress
from pipeline.models import AttackerRun, Job, Loop
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import LEASE
from pipeline.queue.job_requests import enqueue
from study.freezing.freeze import freeze, version_with
from study.models import Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from tests.pipeline.acting import desk, do
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import draw_photos, import_folder, imported_study, make_study
from tests.study.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.thorough
def test_the_desk_starts_the_loop_and_shows_its_jobs(admin_client: Client, tmp_path: Path) -> None:
    study = make_study()
    assert "has no photos" in do(admin_client, study, "start-loop")
    import_folder(study, draw_photos(tmp_path / "photos"))
    assert "The loop runs" in do(admin_client, study, "start-loop")
    Job.objects.filter(study=study).update(state=Job.State.RUNNING, progress=0.42, message="20 of 48 photos")
    fragment = admin_client.get(reverse("pipeline:progress", args=[study.code])).content.decode()
    assert "Cutting the crops of level 0" in fragment
    assert "42 % 20 of 48 photos" in fragment
    assert "every 2s" in fragment


def fragment_of(client: Client, study: Study) -> str:
    return client.get(reverse("pipeline:progress", args=[study.code])).content.decode()


def test_a_running_job_whose_worker_died_says_so_and_when_another_gets_it(admin_client: Client) -> None:
    study = make_study()
    job = enqueue(study, Job.Kind.CROP, "crop:l1", CropParams(1))
    running = {"state": Job.State.RUNNING, "attempts": 1}
    Job.objects.filter(pk=job.pk).update(**running, lease_until=Now() + LEASE)
    assert "No sign of its worker" not in fragment_of(admin_client, study)
    Job.objects.filter(pk=job.pk).update(lease_until=Now() + LEASE - timedelta(seconds=14))
    assert re.search(
        r"No sign of its worker for \d+ s; it is given to another one at \d\d:\d\d:\d\d UTC",
        fragment_of(admin_client, study),
    )


def test_a_broker_that_does_not_answer_is_named_beside_waiting_jobs(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study()
    silent = "The broker does not answer"
    monkeypatch.setattr(live_progress, "broker_answers", lambda: False)
    assert silent not in fragment_of(admin_client, study)  # nothing waits for it
    enqueue(study, Job.Kind.CROP, "crop:l1", CropParams(1))
    assert silent in fragment_of(admin_client, study)
    monkeypatch.setattr(live_progress, "broker_answers", lambda: True)
    assert silent not in fragment_of(admin_client, study)


@pytest.mark.sampled
@pytest.mark.parametrize("state", [Loop.State.RUNNING, Loop.State.WAITING, Loop.State.STOPPED])
def test_attention_is_shown_when_no_attacker_can_change_any_more(
    state: Loop.State, admin_client: Client
) -> None:
    """Shown earlier, it would stand for the check of the level when the machine falls there."""
    study = answered_version(people=1).study
    loop = Loop.objects.create(study=study, state=state)
    assert "The loop has not finished" in do(admin_client, study, "show-attention")
    assert not study.checks.exists()
    Loop.objects.filter(pk=loop.pk).update(state=Loop.State.FINISHED)
    assert "is queued" in do(admin_client, study, "show-attention")
    assert "already, or queued" in do(admin_client, study, "show-attention")
    Job.objects.filter(check_row__isnull=False).update(state=Job.State.FAILED)
    assert "is queued" in do(admin_client, study, "show-attention")


def test_a_failure_stands_in_the_open_until_it_is_retried(admin_client: Client) -> None:
    study = make_study()
    job = enqueue(study, Job.Kind.CROP, "crop:l1", CropParams(1))
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, error="The disk is full: make room.")
    text = admin_client.get(desk(study)).content.decode()
    before_the_rest = text[: text.index("Stages of the study")]
    assert "Cutting the crops of level 1" in before_the_rest
    assert "The disk is full: make room." in before_the_rest
    admin_client.post(reverse("pipeline:retry", args=[study.code, job.pk]))
    assert "The disk is full" not in admin_client.get(desk(study)).content.decode()


def test_a_job_is_stopped_where_it_is_shown_and_that_is_written_down(admin_client: Client) -> None:
    study = make_study()
    job = enqueue(study, Job.Kind.CROP, "crop:l1", CropParams(1))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    stop = reverse("pipeline:stop-job", args=[study.code, job.pk])
    assert stop in admin_client.get(desk(study)).content.decode()
    admin_client.post(stop)
    job.refresh_from_db()
    assert job.cancel_requested
    assert LogEntry.objects.filter(change_message="stopped crop:l1").exists()
    assert admin_client.get(stop).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_nothing_is_frozen_while_the_loop_runs(admin_client: Client) -> None:
    study = answered_version(people=1).study
    Loop.objects.create(study=study, state=Loop.State.RUNNING)
    assert "let it finish, or stop it, then freeze" in do(admin_client, study, "freeze")
    assert study.versions.count() == 1


def test_the_desk_asks_the_database_no_more_for_more_jobs(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    study = make_study()
    for number in range(40):
        job = enqueue(study, Job.Kind.TRAIN, f"train:{number}")
        names = {"architecture": "resnet18", "seed": number, "trained_through": 0}
        AttackerRun.objects.create(study=study, job=job, role=AttackerRun.Role.ATTACK, **names)
    study.jobs.update(state=Job.State.RUNNING)
    with django_assert_max_num_queries(30):
        text = admin_client.get(desk(study)).content.decode()
    assert text.count("Training attacker") == 40


def test_polling_stops_when_nothing_runs(admin_client: Client) -> None:
    study = make_study()
    Loop.objects.create(study=study, state=Loop.State.FINISHED, reason="All levels are used up.")
    fragment = admin_client.get(reverse("pipeline:progress", args=[study.code])).content.decode()
    assert "All levels are used up." in fragment
    assert "every 2s" not in fragment


def test_every_action_is_written_down(admin_client: Client) -> None:
    version = answered_version(people=1)
    do(admin_client, version.study, "close")
    admin_client.get(reverse("pipeline:export", args=[version.study.code, "simulated", "trials.csv"]))
    logged = set(LogEntry.objects.values_list("change_message", flat=True))
    assert logged == {"close", "exported trials.csv (simulated)"}


def test_an_earlier_versions_people_and_files_stay_within_reach(admin_client: Client) -> None:
    first = answered_version(people=1)
    first.study.deadline_ms += 1
    first.study.save()
    freeze(first.study, NOW)
    export = reverse("pipeline:export", args=[first.study.code, "simulated", "participants.csv"])
    files = (b"".join(admin_client.get(export + query)) for query in ("", "?version=1", "?version=2"))
    assert [len(file.splitlines()) for file in files] == [1, 2, 1]
    page = admin_client.get(desk(first.study) + "?version=1")
    assert [row["all"] for row in page.context["people"]] == [1]
    assert "participants.csv?version=1" in page.content.decode()
    assert {admin_client.get(export + f"?version={number}").status_code for number in ("3", "x")} == {404}


def test_an_unfinished_study_cannot_be_frozen_and_the_desk_says_why(admin_client: Client) -> None:
    page = do(admin_client, make_study(), "freeze")
    assert "errornote" in page or "error" in page
    assert not StudyVersion.objects.exists()


def test_crops_are_approved_discarded_and_cut_again(admin_client: Client) -> None:
    from pipeline.crops.stimuli import render
    from pipeline.crops.windows import Choice, Window

    study = imported_study()
    level = study.levels.get(number=0)
    first, second = (render(item, level) for item in study.items.filter(split="test")[:2])
    page = admin_client.get(reverse("pipeline:crops", args=[study.code, 0])).content.decode()
    assert page.count('data-do="crop"') == 2
    admin_client.post(reverse("pipeline:decide", args=[first.pk]), {"decision": "discarded"})
    admin_client.post(reverse("pipeline:approve-rest", args=[study.code, 0]))
    reviews = dict(Stimulus.objects.values_list("pk", "review"))
    assert reviews == {first.pk: "discarded", second.pk: "approved"}
    assert LogEntry.objects.filter(change_message=f"discarded stimulus {first.pk}").exists()
    cut = Choice(Window(0.0, 0.0, 0.6, 0.6), subject_kept=0.8, attention_kept=0.3)
    crop = render(first.item, study.levels.get(number=1), cut)
    admin_client.post(reverse("pipeline:cut", args=[crop.pk]), {"left": 0.3, "top": 0.9})
    crop.refresh_from_db()
    assert (crop.left, crop.top, crop.window_width) == (0.3, 0.4, 0.6)
    assert crop.by_hand


def test_a_crop_that_a_preview_shows_to_be_bad_is_discarded_and_left_out_of_the_next_version(
    admin_client: Client,
) -> None:
    version = answered_version(people=1, mode=Mode.PREVIEW)
    stimulus = Stimulus.objects.get(pk=version.config["items"][0]["stimuli"][1][0])
    cut = admin_client.post(reverse("pipeline:cut", args=[stimulus.pk]), {"left": 0, "top": 0}, follow=True)
    assert "discard it and freeze again" in cut.content.decode()
    admin_client.post(reverse("pipeline:decide", args=[stimulus.pk]), {"decision": "discarded"})
    assert version_with(stimulus) == version
    freeze(version.study, NOW)
    tested = {picture.stimulus for picture in plan_of(version.study.version()).tested}
    assert tested.isdisjoint(stimulus.item.stimuli.values_list("pk", flat=True))


def test_crops_that_people_are_asked_about_are_neither_cut_again_nor_discarded(admin_client: Client) -> None:
    version = answered_version(people=1, mode=Mode.LIVE)
    stimulus = Stimulus.objects.get(pk=version.config["items"][0]["stimuli"][1][0])
    decision = reverse("pipeline:decide", args=[stimulus.pk])
    card = admin_client.post(decision, {"decision": "discarded"}, follow=True).content.decode()
    cut = admin_client.post(reverse("pipeline:cut", args=[stimulus.pk]), {"left": 0, "top": 0}, follow=True)
    action = {"action": "discard", "_selected_action": [stimulus.pk]}
    listed = admin_client.post(reverse("admin:study_stimulus_changelist"), action, follow=True)
    for page in (card, cut.content.decode(), listed.content.decode()):
        assert "Version 1 is frozen with this crop" in page
    left = Stimulus.objects.get(pk=stimulus.pk)
    assert (left.review, left.sha256) == (stimulus.review, stimulus.sha256)


@pytest.mark.thorough
def test_a_failed_job_is_retried_and_the_loop_goes_on(admin_client: Client) -> None:
    study = imported_study()
    do(admin_client, study, "start-loop")
    job = study.jobs.get()
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, error="OSError: disk full", attempts=3)
    Loop.objects.filter(study=study).update(state=Loop.State.FAILED)
    retry = reverse("pipeline:retry", args=[study.code, job.pk])
    assert f'action="{retry}"' in admin_client.get(desk(study)).content.decode()
    admin_client.post(retry)
    assert retry not in admin_client.get(desk(study)).content.decode()
    job.refresh_from_db()
    study.loop.refresh_from_db()
    assert (job.state, job.attempts, study.loop.state) == (Job.State.QUEUED, 0, Loop.State.RUNNING)


def test_participants_do_not_reach_the_desk(client: Client) -> None:
    study = make_study()
    assert client.get(desk(study)).status_code == 302
