"""Jobs in words for people: what they do, how long they still take, what they wait for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.models import AttackerRun, Check, Job
from pipeline.standing.job_lines import Queue, queue_of, silence_of, title_of
from study.models import Study

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
OF_A_LEVEL = {Job.Kind.CROP, Job.Kind.TEST, Job.Kind.SEARCH}


def job(kind: Job.Kind, **fields: object) -> Job:
    return Job(**({"kind": kind, "study_id": 1, "created_at": NOW} | fields))


def training(role: AttackerRun.Role, **fields: object) -> Job:
    row = job(Job.Kind.TRAIN)
    names = {"architecture": "efficientnet_lite0", "seed": 1, "trained_through": 2}
    AttackerRun(job=row, study=Study(seeds=3), role=role, **(names | fields))
    return row


class TestTitles:
    @pytest.mark.parametrize(
        ("fields", "title"),
        [
            ({}, "Training attacker 2 of 3 (efficientnet_lite0) at level 2"),
            ({"round": 3}, "Training attacker 2 of 3 (efficientnet_lite0) at level 2, round 3"),
            ({"seed": 9}, "Training attacker 10 (efficientnet_lite0) at level 2"),
            ({"architecture": "ensemble"}, "Averaging the architectures of seed 2 at level 2"),
        ],
    )
    def test_of_attackers(self, fields: dict[str, object], title: str) -> None:
        assert title_of(training(AttackerRun.Role.ATTACK, **fields)) == title

    def test_of_a_designer(self) -> None:
        title = "Training a designer of crops (efficientnet_lite0) at level 2"
        assert title_of(training(AttackerRun.Role.DESIGN)) == title

    def test_of_a_check(self) -> None:
        row = job(Job.Kind.CHECK)
        Check(job=row, kind=Check.Kind.SHUFFLE, level=3)
        assert title_of(row).startswith("Checking level 3: Does it learn from labels only?")

    def test_of_a_search(self) -> None:
        title = title_of(job(Job.Kind.SEARCH, params={"level": 2}))
        assert title == "Searching for a stronger attack on level 2"

    def test_of_crops_and_tests(self) -> None:
        assert title_of(job(Job.Kind.CROP, params={"level": 1})) == "Cutting the crops of level 1"
        assert title_of(job(Job.Kind.TEST, params={"level": 1})) == "Testing attackers at level 1"
        again = title_of(job(Job.Kind.TEST, params={"level": 1, "stimulus": 5}))
        assert again == "Testing attackers again, on a crop that was cut by hand, at level 1"

    @pytest.mark.parametrize("kind", sorted(set(Job.Kind) - OF_A_LEVEL))
    def test_every_kind_of_job_has_a_name_for_people(self, kind: Job.Kind) -> None:
        assert title_of(job(kind))[0].isupper()


class TestSilence:
    """A lease lasts 30 s and is renewed every 2 s."""

    @staticmethod
    def silence(seconds: float, attempts: int = 1) -> str:
        lease_until = NOW + timedelta(seconds=30 - seconds)
        running = {"state": Job.State.RUNNING, "lease_until": lease_until, "attempts": attempts}
        return silence_of(job(Job.Kind.CROP, **running), NOW)

    def test_a_worker_that_renews_its_lease_is_not_told_of(self) -> None:
        assert [self.silence(seconds) for seconds in (0, 2, 5)] == ["", "", ""]

    def test_a_dead_worker_is_told_of_within_ten_seconds_with_what_follows_and_when(self) -> None:
        assert self.silence(8) == "no sign of its worker for 8 s; it is given to another one at 12:00:22 UTC"
        assert (
            self.silence(14) == "no sign of its worker for 14 s; it is given to another one at 12:00:16 UTC"
        )

    def test_once_the_lease_is_over_the_next_free_worker_takes_the_job(self) -> None:
        assert (
            self.silence(95) == "no sign of its worker for 95 s; it is given to the next worker that is free"
        )

    def test_a_last_attempt_is_called_that(self) -> None:
        silence = self.silence(14, attempts=Job.MAX_ATTEMPTS)
        assert silence.endswith("this was its last attempt, and it fails at 12:00:16 UTC")

    def test_a_job_that_waits_has_no_worker_to_be_silent(self) -> None:
        assert silence_of(job(Job.Kind.CROP, state=Job.State.QUEUED), NOW) == ""


class TestQueue:
    def test_jobs_of_other_studies_before_ones_own_are_counted(self) -> None:
        jobs = [
            job(Job.Kind.CROP, pk=1, study_id=2, state=Job.State.RUNNING),
            job(Job.Kind.CROP, pk=2, study_id=1, state=Job.State.QUEUED),
            job(Job.Kind.CROP, pk=3, study_id=2, state=Job.State.QUEUED),
            job(Job.Kind.CROP, pk=4, study_id=1, state=Job.State.QUEUED),
        ]
        assert queue_of(jobs, 1, NOW + timedelta(hours=1)) == Queue(2, 1, silent=False)

    def test_a_job_that_is_tried_again_later_is_no_sign_of_a_silent_worker(self) -> None:
        later = NOW + timedelta(minutes=10)
        jobs = [job(Job.Kind.NOTIFY, pk=2, state=Job.State.QUEUED, attempts=1, ring_after=later)]
        assert queue_of(jobs, 1, NOW + timedelta(seconds=40)) == Queue(0, 0, silent=False)

    def test_a_silent_worker_shows_when_nothing_runs_for_long(self) -> None:
        jobs = [job(Job.Kind.CROP, pk=2, state=Job.State.QUEUED)]
        assert not queue_of(jobs, 1, NOW + timedelta(seconds=10)).silent
        assert queue_of(jobs, 1, NOW + timedelta(seconds=40)).silent
