"""Many at once, against a real server with a database on disk."""

from __future__ import annotations

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from study import sessions
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from study.sessions.errors import StudyFullError
from tests.study.factories import CONSENT, NOW, open_study_version, player
from tests.study.playing import TAB, answer, body, open_block, play_to_the_end, tokens_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def post_at_once(address: str, payload: bytes, times: int) -> list[int]:
    """The same POST several times at the same moment, each on a connection of its own."""
    parts = urlsplit(address)
    headers = {"Content-Type": "application/json", "Cookie": "csrftoken=" + "a" * 32, "X-CSRFToken": "a" * 32}

    def post(_: int) -> int:
        link = HTTPConnection(parts.netloc, timeout=30)
        link.request("POST", parts.path, payload, headers)
        status = link.getresponse().status
        link.close()
        return status

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


def test_each_answer_posted_five_times_at_once_is_one_row(live_server: LiveServer) -> None:
    from django.utils import timezone

    session = player(open_study_version(), timezone.now())
    address = f"{live_server}/s/{session.token}/answers"
    for token in tokens_of(open_block(session, timezone.now())):
        assert post_at_once(address, body(answer(token)), times=5) == [200] * 5
    rows = session.trials.answered()
    assert [(row.trial_index, row.attempt) for row in rows] == [(1, 1), (2, 1)]
    assert len({row.answer_uuid for row in rows}) == 2


def test_a_crowd_that_answers_differently_at_once_gets_one_answer_stored(live_server: LiveServer) -> None:
    from django.utils import timezone

    session = player(open_study_version(), timezone.now())
    token = tokens_of(open_block(session, timezone.now()))[0]
    address = f"{live_server}/s/{session.token}/answers"
    with ThreadPoolExecutor(5) as pool:
        posts = pool.map(lambda _: post_at_once(address, body(answer(token)), 1)[0], range(5))
        assert Counter(posts) == {200: 1, 409: 4}
    assert json.loads(body(answer(token)))["tab"] == TAB
    assert Trial.objects.get(token=token).response_status == "answered"


def arrive(version: StudyVersion, now: datetime) -> int | None:
    """One arrival in a thread of its own; None if the study has no place."""
    try:
        return sessions.start(version, Mode.LIVE, CONSENT, None, now).pk
    except StudyFullError:
        return None
    finally:
        connection.close()


def test_twenty_arrivals_at_once_fill_the_lists_evenly() -> None:
    version = open_study_version()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: arrive(version, NOW), range(20)))
    filled = Counter(Session.objects.values_list("assignment__number", flat=True))
    assert sum(filled.values()) == 20
    assert max(filled.values()) - min(filled[number] for number in range(6)) <= 1


@pytest.mark.slow
def test_three_hundred_arrivals_with_drop_outs_leave_completes_even() -> None:
    """Twenty at a time, 30 % leave: the places of those who left go to those who come later."""
    version = open_study_version(target_completes=180, practice_trials=0, trials_per_person=3, catch_share=0)
    chance = random.Random(4)
    arrivals, now = 0, NOW
    while arrivals < 300:
        with ThreadPoolExecutor(20) as pool:
            begun = [pk for pk in pool.map(lambda _: arrive(version, now), range(20)) if pk is not None]  # noqa: B023
        arrivals += 20
        for pk in begun:
            if chance.random() >= 0.3:
                finish(Session.objects.get(pk=pk), now)
        now += timedelta(minutes=61)
    completes = Counter(Session.objects.completed().values_list("assignment__number", flat=True))
    assert sum(completes.values()) == 180
    assert max(completes.values()) - min(completes.values()) <= 1
    assert len(completes) == version.lists.count()


def finish(session: Session, now: datetime) -> None:
    from tests.study.factories import DEVICE

    sessions.device_checked(session.token, DEVICE)
    sessions.instructions_read(session.token, understood=True)
    play_to_the_end(session, now)
