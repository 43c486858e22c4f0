"""How long jobs still take: told from their own pace, else from jobs of their kind, else not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.models import Job
from pipeline.standing.remaining_time import done_jobs, left_of_all, time_left, usual_seconds
from tests.study.factories import draft_study

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def running(minutes: float, progress: float) -> Job:
    began = NOW - timedelta(minutes=minutes)
    return Job(kind=Job.Kind.CROP, state=Job.State.RUNNING, progress=progress, started_at=began)


def waiting(kind: Job.Kind) -> Job:
    return Job(kind=kind, state=Job.State.QUEUED)


@pytest.mark.parametrize(
    ("minutes", "progress", "left"),
    [
        (1, 0.5, "about 60 s left"),
        (10, 0.25, "about 30 min left"),
        (60, 0.1, "about 9.0 h left"),
        (1, 0.01, ""),
        (1, 1.0, "about 0 s left"),
    ],
)
def test_a_running_job_goes_on_as_fast_as_so_far(minutes: int, progress: float, left: str) -> None:
    assert time_left(running(minutes, progress), {}, NOW) == left


def test_a_job_that_has_hardly_begun_takes_as_long_as_its_kind() -> None:
    assert time_left(running(1, 0.01), {"crop": 300}, NOW) == "about 4 min left"
    assert time_left(running(9, 0.01), {"crop": 300}, NOW) == "about 0 s left"


@pytest.mark.parametrize(
    ("minutes", "begun_from", "progress", "left"),
    [
        (10, 0.5, 0.75, "about 10 min left"),
        (10, 0.9, 0.95, "about 10 min left"),
        (0.1, 0.5, 0.5, ""),
        (0.1, 1.0, 1.0, ""),
    ],
)
def test_what_an_earlier_attempt_did_says_nothing_of_the_pace_of_this_one(
    minutes: float, begun_from: float, progress: float, left: str
) -> None:
    job = running(minutes, progress)
    job.begun_from = begun_from
    assert time_left(job, {}, NOW) == left


def test_a_job_that_goes_on_takes_what_is_left_of_the_time_of_its_kind() -> None:
    job = running(1, 0.5)
    job.begun_from = 0.5
    assert time_left(job, {"crop": 600}, NOW) == "about 4 min left"


def test_all_jobs_together_are_told_only_if_each_is() -> None:
    jobs = [running(1, 0.5), waiting(Job.Kind.TRAIN), waiting(Job.Kind.TRAIN)]
    assert time_left(jobs[1], {"train": 1200}, NOW) == "takes about 20 min"
    assert left_of_all(jobs, {"train": 1200}, NOW) == "about 41 min for one worker"
    assert left_of_all(jobs, {"crop": 60}, NOW) == ""


@pytest.mark.django_db
def test_the_usual_time_is_the_median_of_what_succeeded() -> None:
    study = draft_study()
    study.jobs.all().delete()
    jobs = [("succeeded", 10), ("succeeded", 90), ("succeeded", 20), ("failed", 1)]
    for number, (state, seconds) in enumerate(jobs):
        ended = {"state": state, "started_at": NOW, "finished_at": NOW + timedelta(seconds=seconds)}
        study.jobs.create(kind="train", key=f"t{number}", ring_after=NOW, **ended)
    study.jobs.create(
        kind="crop", key="c", ring_after=NOW, state="succeeded", started_at=NOW, finished_at=NOW
    )
    assert usual_seconds(done_jobs(study)) == {"train": 20.0, "crop": 0.0}


@pytest.mark.django_db
def test_of_many_jobs_the_latest_fifty_tell() -> None:
    study = draft_study()
    for number in range(51):
        ended = NOW + timedelta(hours=number)
        begun = ended - timedelta(seconds=7 if number else 3600)
        times = {"ring_after": NOW, "started_at": begun, "finished_at": ended}
        study.jobs.create(kind="crop", key=f"c{number}", state="succeeded", **times)
    seconds = {(ended - begun).seconds for _, begun, ended in done_jobs(study) if begun and ended}
    assert seconds == {7}
