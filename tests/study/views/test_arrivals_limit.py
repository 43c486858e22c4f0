"""A script cannot take all places of a study; a class that starts together can come in."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from study.models import Session, StudyVersion
from study.views import entry
from study.views.arrivals_limit import ArrivalsLimit
from tests.study.addresses import consent


def test_so_many_places_within_a_minute_and_then_again() -> None:
    limit = ArrivalsLimit()
    assert [limit.take("ada", 2, now) for now in (0, 1, 2, 59, 61, 61.5, 62)] == [
        True, True, False, False, True, True, False
    ]  # fmt: skip


def test_addresses_are_counted_apart_and_forgotten() -> None:
    limit = ArrivalsLimit()
    assert limit.take("ada", 1, 0)
    assert limit.take("ben", 1, 0)
    assert limit.take("cleo", 1, 61)
    assert set(limit._taken) == {"cleo"}


def test_without_a_limit_everybody_comes_in() -> None:
    limit = ArrivalsLimit()
    assert all(limit.take("ada", 0, 0) for _ in range(1000))


@pytest.fixture
def two_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ARRIVALS_PER_MINUTE = 2
    monkeypatch.setattr(entry, "ARRIVALS", ArrivalsLimit())


@pytest.mark.django_db
def test_whoever_comes_too_fast_is_told_to_wait_and_takes_no_place(
    two_a_minute: None, version: StudyVersion
) -> None:
    tried = [Client().post(consent(version), {"agree": "on"}) for _ in range(4)]
    assert [answer.status_code for answer in tried] == [302, 302, 429, 429]
    assert "wait for a minute" in tried[2].content.decode()
    assert Session.objects.count() == 2
    elsewhere = Client(REMOTE_ADDR="203.0.113.5").post(consent(version), {"agree": "on"})
    assert elsewhere.status_code == 302
