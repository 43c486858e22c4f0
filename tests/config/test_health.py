"""The address that supervisors, monitors and containers ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from config.health import middleware
from config.health.probes import probe_disk, probe_store
from config.health.site_parts import Health, Part, State
from config.health.time_limit import TimeLimited, TooSlowError
from pipeline.models import Job, ProcessSign
from pipeline.queue.job_requests import enqueue
from pipeline.storage import gives_back
from tests.pipeline.studies import make_study

READ_ONLY = {
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    "postgresql": ("SET TRANSACTION READ ONLY", "SELECT 1"),
}


@pytest.fixture
def read_only_database(db: None) -> Iterator[None]:
    """The database refuses every write, as one on a full disk does, and answers every question."""
    begin, end = READ_ONLY[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
        yield
        cursor.execute(end)


@pytest.mark.django_db
def test_every_part_says_its_own_state(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == HTTPStatus.OK
    assert answer["Cache-Control"] == "no-store"
    parts = answer.json()
    assert set(parts) == {"state", "database", "disk", "store", "broker", "queue_gpu", "queue_cpu"}
    assert parts["database"] == {"state": "ok", "says": "writable"}
    assert parts["store"]["state"] == "ok"
    assert parts["disk"]["free_gb"] > 0


@pytest.mark.django_db
def test_what_stops_no_participant_is_said_and_no_reason_to_take_the_site_away(client: Client) -> None:
    """No broker runs in this test, and no worker."""
    answer = client.get("/healthz")
    parts = answer.json()
    assert (answer.status_code, parts["state"]) == (HTTPStatus.OK, "degraded")
    assert parts["broker"]["state"] == parts["queue_gpu"]["state"] == "degraded"
    assert parts["queue_gpu"]["last_sign_seconds"] is None


def test_a_database_that_refuses_to_write_stops_participants(
    client: Client, read_only_database: None
) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["database"] == {"state": "down", "says": "not writable"}
    assert answer.json()["store"]["state"] == "ok"


def test_a_site_without_its_database_says_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/healthz").status_code == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.django_db
def test_each_queue_tells_what_waits_and_the_last_sign_of_its_workers(client: Client) -> None:
    enqueue(make_study(), Job.Kind.CROP, "crop:l0")
    sign = {"code_version": "1", "signed_at": Now() - timedelta(seconds=7)}
    ProcessSign.objects.create(name="lab:1", queues="gpu", **sign)
    ProcessSign.objects.create(name="lab:2", queues="gpu", **sign | {"signed_at": Now() - timedelta(hours=1)})
    parts = client.get("/healthz").json()
    assert (parts["queue_gpu"]["state"], parts["queue_gpu"]["waiting_jobs"]) == ("ok", 1)
    assert parts["queue_gpu"]["last_sign_seconds"] >= 7
    assert (parts["queue_cpu"]["state"], parts["queue_cpu"]["waiting_jobs"]) == ("degraded", 0)


@pytest.mark.django_db
def test_a_worker_without_a_sign_for_long_no_longer_counts(client: Client) -> None:
    silent = {"code_version": "1", "signed_at": Now() - timedelta(minutes=1)}
    ProcessSign.objects.create(name="lab:1", queues="cpu,gpu", **silent)
    assert client.get("/healthz").json()["queue_gpu"]["says"] == "no worker serves it"


@pytest.mark.django_db
def test_who_asks_again_and_again_gets_the_last_answer_and_costs_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(middleware, "REMEMBERED", 3600.0)
    first = client.get("/healthz").json()
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == first


@pytest.mark.django_db
def test_the_probe_needs_neither_tls_nor_the_right_host_name(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["study.example.org"]
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == HTTPStatus.OK


@pytest.mark.thorough
def test_only_a_question_is_answered(client: Client) -> None:
    assert client.post("/healthz").status_code == HTTPStatus.NOT_FOUND


class TestParts:
    def test_the_site_is_as_well_as_its_worst_part(self) -> None:
        well, troubled, down = Part(State.OK, ""), Part(State.DEGRADED, ""), Part(State.DOWN, "")
        assert Health({"a": well, "b": well}).status == HTTPStatus.OK
        assert Health({"a": well, "b": troubled}).plain()["state"] == "degraded"
        assert Health({"a": troubled, "b": troubled}).status == HTTPStatus.OK
        assert Health({"a": down, "b": well}).status == HTTPStatus.SERVICE_UNAVAILABLE

    def test_a_disk_that_fills_up_is_told_in_time(self) -> None:
        assert [probe_disk(free).state for free in (50.0, 1.5)] == [State.OK, State.DEGRADED]

    def test_a_full_disk_stops_participants_where_the_database_lies_on_it(self) -> None:
        on_it = connection.vendor == "sqlite"
        assert probe_disk(0.0).state is (State.DOWN if on_it else State.DEGRADED)


class Forgetful(InMemoryStorage):
    """A store that loses the end of every file."""

    def _save(self, name: str, content: ContentFile) -> str:
        return super()._save(name, ContentFile(content.read()[:-1]))


class TestStore:
    def test_a_store_that_works_is_left_as_it_was(self) -> None:
        store = InMemoryStorage()
        assert gives_back(store)
        assert store.listdir("health") == ([], [])

    def test_a_store_that_gives_back_other_bytes_is_told(self) -> None:
        assert probe_store(lambda: gives_back(Forgetful())).says == "gives back other bytes"

    def test_a_store_that_refuses_is_told(self) -> None:
        def refused() -> bool:
            raise PermissionError("read-only file system")

        assert probe_store(refused) == Part(State.DEGRADED, "cannot be written and read")

    def test_a_store_that_hangs_is_not_waited_for_and_not_asked_again(self) -> None:
        released, calls = threading.Event(), []

        def hang() -> bool:
            calls.append(1)
            return released.wait(60)

        ask = TimeLimited(hang, seconds=0.01)
        assert [probe_store(ask).says for _ in range(3)] == ["no answer within 3 s"] * 3
        assert len(calls) == 1
        released.set()

    def test_what_a_limited_call_returns_or_raises_comes_through(self) -> None:
        assert TimeLimited(lambda: 7, seconds=60)() == 7
        with pytest.raises(ZeroDivisionError):
            TimeLimited(lambda: 1 // 0, seconds=60)()
        with pytest.raises(TooSlowError):
            TimeLimited(threading.Event().wait, seconds=0.01)()
