"""A worker whose clock is an hour wrong: its signs of life, its leases and its reaping go by the database's.

The database is a server of its own: SQLite has no clock but that of the process that asks it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from pipeline.queue.claims import LEASE
from tests.config.machines import Machine
from tests.config.running import CHECKOUT
from tests.pipeline.bundle.postgres import running_postgres

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        sys.platform != "linux", reason="libfaketime is put before the C library as Linux does"
    ),
]
HOUR = timedelta(hours=1)
NEW_JOB = """
from django.utils import timezone
from tests.study.factories import draft_study
job = draft_study(name={name!r}).jobs.create(kind="analyse", key="analyse:x", ring_after=timezone.now())
print(job.pk)
"""
# It waits for an event that nobody sets: libfaketime does not know the system call that `sleep` makes.
HOLD = """
from threading import Event
from datetime import UTC, datetime
from pipeline.queue.claims import claim
from pipeline.queue.process_signs import Signing
held = claim({job}, "a worker far away")
Signing(["gpu", "cpu"]).begin()
with held.kept_alive():
    Event().wait(8)
    print(datetime.now(UTC).isoformat(), held.should_stop(), flush=True)
    Event().wait(600)
"""
REAP = "from pipeline.queue.reaper import reap; print(len(reap()))"
CLAIM = "from pipeline.queue.claims import claim; print(claim({job}, 'another') is not None)"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with running_postgres() as address:
        yield address


@pytest.fixture
def machine(database: str, local_environment: dict[str, str], tmp_path: Path) -> Machine:
    """The machine whose clock is right."""
    right = Machine(tmp_path / "right", local_environment | {"DATABASE_URL": database})
    migrate = (sys.executable, "manage.py", "migrate", "-v0")
    subprocess.run(migrate, env=right.environment, cwd=CHECKOUT, check=True)
    return right


def with_clock_off_by(hours: int, machine: Machine, tmp_path: Path) -> Machine:
    """A machine like another, but for what its processes take for the time of day."""
    library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        assert not os.environ.get("CI"), ".ci/run installs faketime"
        pytest.skip("SKIPPED: no libfaketime here; nothing shows that clocks of workers do not matter")
    clock = {"LD_PRELOAD": str(library), "FAKETIME": f"{hours:+}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return Machine(tmp_path / f"off-by-{hours}", machine.environment | clock)


@contextmanager
def holding(machine: Machine, job: int) -> Iterator[tuple[datetime, bool]]:
    """A worker that holds a job; after some renewals, its time of day and whether it must stop."""
    command = (sys.executable, "manage.py", "shell", "-v0", "-c", HOLD.format(job=job))
    process = subprocess.Popen(
        command, env=machine.environment, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        moment, must_stop = process.stdout.readline().split()
        yield datetime.fromisoformat(moment), must_stop == "True"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("hours", [1, -1])
def test_a_worker_whose_clock_is_an_hour_off_keeps_its_job_and_loses_it_only_by_dying(
    hours: int, machine: Machine, database: str, tmp_path: Path
) -> None:
    off = with_clock_off_by(hours, machine, tmp_path)
    job = int(machine.ask(NEW_JOB.format(name=f"Off by {hours}")))
    with psycopg.connect(database, autocommit=True) as rows:
        with holding(off, job) as (its_time, must_stop):
            (now,) = rows.execute("SELECT now()").fetchone() or ()
            assert abs(its_time - now - hours * HOUR) < timedelta(minutes=2), "its clock is wrong indeed"
            assert not must_stop
            (left,) = rows.execute(
                "SELECT lease_until - now() FROM pipeline_job WHERE id = %s", [job]
            ).fetchone()
            assert timedelta(0) < left <= LEASE
            (silent,) = rows.execute("SELECT min(now() - signed_at) FROM pipeline_processsign").fetchone()
            assert timedelta(0) <= silent < timedelta(seconds=20)
            for reaper in (machine, off):
                assert reaper.ask(REAP).strip() == "0"
                assert state_of(job, rows) == "running"
            assert machine.ask(CLAIM.format(job=job)).strip() == "False"
        rows.execute("UPDATE pipeline_job SET lease_until = now() - interval '1 second' WHERE id = %s", [job])
        assert off.ask(REAP).strip() == "0"
        assert state_of(job, rows) == "queued", "whoever reaps, a dead worker's job waits again"


@pytest.mark.parametrize("hours", [1, -1])
def test_a_reaper_whose_clock_is_an_hour_off_leaves_a_living_workers_job_alone(
    hours: int, machine: Machine, database: str, tmp_path: Path
) -> None:
    off = with_clock_off_by(hours, machine, tmp_path)
    job = int(machine.ask(NEW_JOB.format(name=f"Reaped, off by {hours}")))
    with psycopg.connect(database, autocommit=True) as rows, holding(machine, job):
        assert off.ask(REAP).strip() == "0"
        assert state_of(job, rows) == "running"
        assert off.ask(CLAIM.format(job=job)).strip() == "False"


def state_of(job: int, rows: psycopg.Connection) -> str:
    (state,) = rows.execute("SELECT state FROM pipeline_job WHERE id = %s", [job]).fetchone() or ("",)
    return str(state)
