"""A worker that is stopped in order, as at a deployment, gives its job back; that costs the job nothing."""

from __future__ import annotations

import mmap
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attacker.errors import StoppedError
from pipeline.models import Job
from pipeline.queue import notify, orderly_stop
from pipeline.queue.claims import GIVEN_BACK, Claim, Write
from pipeline.queue.job_requests import request_cancel
from pipeline.worker.execute import HANDLERS, perform
from study.models import Study
from tests.pipeline.queue.job_rows import claimed, let_the_lease_run_out, queued
from tests.pipeline.studies import make_study

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def study(db: None) -> Study:
    return make_study()


@pytest.fixture(autouse=True)
def own_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop of this test alone."""
    monkeypatch.setattr(orderly_stop, "_asked", mmap.mmap(-1, 1))


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    keys: list[str] = []
    monkeypatch.setattr(notify, "notify_worker", lambda job: keys.append(job.key) or True)
    return keys


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Claim], None]], None]:
    """Let a worker do this in place of cutting crops."""

    def do(steps: Callable[[Claim], None]) -> None:
        def handler(claim: Claim) -> Write:
            steps(claim)
            return lambda: None

        monkeypatch.setitem(HANDLERS, Job.Kind.CROP, handler)

    return do


def is_stopped_half_way(claim: Claim) -> None:
    claim.progress(0.5, "half")
    orderly_stop.ask_to_stop()
    claim.progress(0.6, "a bit more")


def is_stopped_in_a_training(claim: Claim) -> None:
    assert not claim.should_stop()
    orderly_stop.ask_to_stop()
    if claim.should_stop():  # what a training asks at each batch
        raise StoppedError("stopped on request")


@pytest.mark.parametrize("steps", [is_stopped_half_way, is_stopped_in_a_training])
def test_the_job_waits_again_with_all_its_attempts_and_others_hear_of_it(
    steps: Callable[[Claim], None], study: Study, work: Callable, notified: list[str]
) -> None:
    job = queued(study)
    work(steps)
    perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.message) == (Job.State.QUEUED, 0, GIVEN_BACK)
    assert (job.owner_token, job.lease_until) == ("", None)
    assert notified == [job.key]


def test_however_many_deployments_end_no_job(study: Study, work: Callable, notified: list[str]) -> None:
    job = queued(study)
    work(is_stopped_half_way)
    for _ in range(Job.MAX_ATTEMPTS + 2):
        perform(job.pk)  # the byte stays set: each of these workers is stopped as soon as it begins
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)


def test_a_job_that_was_to_be_stopped_is_stopped_and_not_given_back(
    study: Study, work: Callable, notified: list[str]
) -> None:
    job = queued(study)

    def steps(claim: Claim) -> None:
        request_cancel(job)
        is_stopped_half_way(claim)

    work(steps)
    perform(job.pk)
    job.refresh_from_db()
    assert (job.state, notified) == (Job.State.CANCELLED, [])


def test_a_failure_while_the_worker_stops_is_a_failure(study: Study, work: Callable) -> None:
    job = queued(study)

    def steps(_: Claim) -> None:
        orderly_stop.ask_to_stop()
        raise ValueError("no such level")

    work(steps)
    perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "ValueError: no such level")


def test_a_job_that_another_worker_has_taken_is_left_to_it(study: Study, notified: list[str]) -> None:
    job = queued(study)
    first = claimed(job)
    let_the_lease_run_out(job)
    claimed(job, "second worker")
    assert not first.give_back()
    job.refresh_from_db()
    assert (job.state, job.worker, job.attempts) == (Job.State.RUNNING, "second worker", 2)


def test_a_child_that_does_the_work_sees_that_its_main_process_was_asked() -> None:
    code = (
        "import os, time\n"
        "from pipeline.queue import orderly_stop\n"
        "child = os.fork()\n"
        "while child == 0:\n"
        "    time.sleep(0.01)\n"
        "    if orderly_stop.is_stopping(): os._exit(7)\n"
        "orderly_stop.ask_to_stop()\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "7\n"
