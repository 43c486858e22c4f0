"""A connection to PostgreSQL is kept from request to request, without a question while it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from select import select

import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from environ import Env

from tests.pipeline.bundle.postgres import PostgresServer, postgres_server

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture
def idle(server: PostgresServer) -> Iterator[BaseDatabaseWrapper]:
    """A connection as web processes have it, after its first statement."""
    settings = Env.db_url_config(server.url) | {"ENGINE": "config.postgresql"}
    settings |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    connection = ConnectionHandler({"default": settings})["default"]
    connection.inc_thread_sharing()
    ask(connection)
    yield connection
    connection.close()


def ask(connection: BaseDatabaseWrapper) -> int:
    """Ask as a request does: its connection is looked at before its first statement."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    return int(process)


def statements_of(server: PostgresServer, process: int) -> str:
    with psycopg.connect(server.url) as other:
        last = other.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [process]).fetchone()
    return str(last[0])


def wait_for_its_end(connection: BaseDatabaseWrapper) -> None:
    """Wait until the server's side has hung up: who serves a connection outlives the main process a while."""
    hung_up, _, _ = select([connection.connection.fileno()], [], [], 60)
    assert hung_up


def test_a_silent_connection_is_used_again_without_a_question(
    server: PostgresServer, idle: BaseDatabaseWrapper
) -> None:
    process = ask(idle)
    idle.close_if_unusable_or_obsolete()
    idle.close_if_health_check_failed()
    assert statements_of(server, process) == "SELECT pg_backend_pid()"
    assert ask(idle) == process


def test_one_that_an_administrator_has_ended_is_replaced(
    server: PostgresServer, idle: BaseDatabaseWrapper
) -> None:
    before = ask(idle)
    with psycopg.connect(server.url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    assert ask(idle) != before


def test_one_of_a_server_that_was_killed_and_came_back_is_replaced(
    server: PostgresServer, idle: BaseDatabaseWrapper
) -> None:
    before = ask(idle)
    server.kill()
    wait_for_its_end(idle)
    with pytest.raises(OperationalError):
        ask(idle)
    server.start()
    assert ask(idle) != before
