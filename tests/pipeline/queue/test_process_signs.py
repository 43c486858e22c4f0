"""Workers leave signs of life, so that it is known which are there and which queues they serve."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from pipeline.models import Job, ProcessSign
from pipeline.queue.process_memory import memory_of
from pipeline.queue.process_signs import Signing, forget_old_signs, leave_sign
from pipeline.queue.queue_standing import QueueStanding, queue_standings
from pipeline.queue.this_process import this_process
from study.models import Study
from tests.pipeline.queue.job_rows import claimed, queued

LONG = 60.0  # seconds: no test takes it, however busy the machine


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.django_db
def test_a_process_has_one_sign_which_it_renews() -> None:
    leave_sign(["gpu", "cpu"])
    ProcessSign.objects.update(signed_at=Now() - timedelta(minutes=5))
    leave_sign(["gpu", "cpu"])
    sign = ProcessSign.objects.annotate(read_at=Now()).get()
    assert (sign.name, sign.queues) == (this_process(), "cpu,gpu")
    assert sign.read_at - sign.signed_at < timedelta(minutes=1)
    assert sign.code_version


@pytest.mark.django_db(transaction=True)
def test_a_worker_signs_by_itself_and_takes_its_sign_back_when_it_ends_in_order() -> None:
    signing = Signing(["gpu"])
    signing.begin()
    wait_until(lambda: ProcessSign.objects.filter(queues="gpu").exists())
    signing.end()
    assert not ProcessSign.objects.exists()


@pytest.mark.django_db
def test_the_sign_of_a_killed_process_is_forgotten_after_a_while() -> None:
    for name, age in (("lab:1", timedelta(minutes=30)), ("lab:2", timedelta(minutes=90))):
        ProcessSign.objects.create(name=name, code_version="1", signed_at=Now() - age)
    forget_old_signs()
    assert [sign.name for sign in ProcessSign.objects.all()] == ["lab:1"]


@pytest.mark.django_db
def test_jobs_that_run_do_not_wait_and_a_web_process_serves_no_queue(study: Study) -> None:
    claimed(queued(study))
    Job.objects.create(study=study, kind=Job.Kind.POWER, key="power", ring_after=Now())
    leave_sign()
    assert queue_standings() == [QueueStanding("gpu", None, 0), QueueStanding("cpu", None, 1)]


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_is_counted_with_that_of_children() -> None:
    hold = "held = bytearray(100_000_000); print(len(held), flush=True); input()"
    alone = memory_of(os.getpid())
    command = [sys.executable, "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        child.stdout.readline()
        assert memory_of(child.pid) > 100_000_000
        assert memory_of(os.getpid()) > alone + 50_000_000
        child.communicate("\n")


def test_nothing_is_made_up_about_a_process_that_is_not_there() -> None:
    assert memory_of(2**22 + 1) is None
