"""Whoever leaves the desk is logged out, and a page that polls does not keep them in."""

from __future__ import annotations

import pytest
from django.test import Client

from config import idle_time

NOON = 1_800_000_000.0
POLL = {"HX-Request": "true"}


class Clock:
    """Seconds since 1970, as the middleware reads them."""

    def __init__(self) -> None:
        self.now = NOON

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(idle_time, "time", clock)
    return clock


def visit(client: Client, clock: Clock, *minutes: float, **headers: object) -> list[int]:
    """Ask for the admin's first page that many minutes after noon."""
    statuses = []
    for minute in minutes:
        clock.now = NOON + 60 * minute
        statuses.append(client.get("/admin/", **headers).status_code)
    return statuses


@pytest.mark.thorough
def test_who_works_stays_logged_in(admin_client: Client, clock: Clock) -> None:
    assert visit(admin_client, clock, 0, 50, 100, 150) == [200] * 4


def test_who_was_away_for_an_hour_logs_in_again_and_comes_back_there(
    admin_client: Client, clock: Clock
) -> None:
    assert visit(admin_client, clock, 0) == [200]
    clock.now = NOON + 61 * 60
    answer = admin_client.get("/admin/?q=1")
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/admin/%3Fq%3D1")
    assert visit(admin_client, clock, 62) == [302]


@pytest.mark.thorough
def test_nobody_stays_logged_in_for_longer_than_half_a_day_however_busy(
    admin_client: Client, clock: Clock
) -> None:
    minutes = range(0, 12 * 60 + 1, 40)
    assert set(visit(admin_client, clock, *minutes)) == {200}
    assert visit(admin_client, clock, 12 * 60 + 1) == [302]


def test_a_page_that_polls_keeps_nobody_logged_in(admin_client: Client, clock: Clock) -> None:
    assert visit(admin_client, clock, 0) == [200]
    visit(admin_client, clock, 20, 40, 59, headers=POLL)
    clock.now = NOON + 61 * 60
    answer = admin_client.get("/admin/", headers=POLL)
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


def test_a_participants_page_writes_no_session_of_the_desk(admin_client: Client, clock: Clock) -> None:
    admin_client.get("/s/no-such-study/")
    assert idle_time.LAST_ACT not in admin_client.session
