"""People go on answering while every part of the site is killed in turn, and no acknowledged answer is lost.

`make soak` runs it with both databases. What dies is started again by the stack, PostgreSQL by the test.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress

import pytest

from benchmarks._load_people import Log
from tests.config.patient_people import people_take_part
from tests.config.running import Stack, seconds_until
from tests.config.test_resume import ask
from tests.pipeline.bundle.postgres import PostgresServer, postgres_server

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
PEOPLE, TRIALS = 16, 30
BETWEEN_FAULTS = 4.0  # seconds in which people answer undisturbed
WEB_BACK_WITHIN, DATABASE_BACK_WITHIN = 5.0, 15.0  # operations.md, goal 2
PARTS = {
    "web": r"gunicorn",
    "broker": r"valkey-server",
    "worker": r"celery.* worker",
    "beat": r"celery.* beat",
}
OPEN = f"from benchmarks.load import open_study; print(open_study({TRIALS}))"
STORED = """
from study.models import Trial
answered = Trial.objects.exclude(answer_uuid=None)
print(*answered.values_list("answer_uuid", flat=True))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    """A server of its own, or nothing: then the site's own file."""
    with postgres_server() if request.param == "postgresql" else nullcontext() as server:
        yield server


@pytest.fixture
def stack(
    database: PostgresServer | None, local_environment: dict[str, str], start: Callable[[], Stack]
) -> Stack:
    if database:
        local_environment["DATABASE_URL"] = database.url
    return start()


def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(
    stack: Stack, database: PostgresServer | None, local_environment: dict[str, str]
) -> None:
    code = ask(local_environment, OPEN).split()[-1]
    log = Log()
    people = people_take_part(PEOPLE, f"http://127.0.0.1:{stack.port}", code, log)
    seconds_until(lambda: len(log.acknowledged) >= PEOPLE, 60)  # all are under way
    back = list(faults(stack, database, people))
    for person in people:
        person.join()

    assert log.troubles == []
    stored = [uuid.UUID(text) for text in ask(local_environment, STORED).split()]
    assert len(stored) == len(set(stored)) == PEOPLE * TRIALS
    assert set(stored) == set(log.acknowledged)
    assert len(set(log.completed)) == PEOPLE, "everybody has a completion code of their own"
    killed = [part for part, _ in back]
    assert {"web", "worker", "beat", "broker"} <= set(killed)
    assert max(seconds for part, seconds in back if part == "web") < WEB_BACK_WITHIN, back
    if database:
        assert max(seconds for part, seconds in back if part == "database") < DATABASE_BACK_WITHIN, back


def faults(
    stack: Stack, database: PostgresServer | None, people: list[threading.Thread]
) -> Iterator[tuple[str, float]]:
    """Kill one part after the other while anybody takes part; tell how long the site did not serve."""
    while True:
        for part in [*PARTS, *(["database"] if database else [])]:
            time.sleep(BETWEEN_FAULTS)
            if not any(person.is_alive() for person in people):
                return
            if part == "database" and database:
                yield part, _killed_and_started(database, stack)
            else:
                stack.kill(PARTS[part])
                yield part, seconds_until(stack.serves, 30)


def _killed_and_started(database: PostgresServer, stack: Stack) -> float:
    database.kill()
    began = time.monotonic()
    seconds_until(lambda: _starts(database), 30)  # its children must have ended first
    seconds_until(stack.serves, 30)
    return time.monotonic() - began


def _starts(database: PostgresServer) -> bool:
    with suppress(AssertionError):
        database.start()
        return True
    return False
