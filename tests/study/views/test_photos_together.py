"""Photos of a block come several in one answer: as many bytes of each, and none that is not due."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from study.models import Session, StudyVersion
from study.sessions.wire import MOST_PHOTOS_AT_ONCE, Block
from tests.study.factories import open_study_version
from tests.study.playing import at_the_trials, open_block, tokens_of, trials_of
from tests.study.sessions.test_grids import GRIDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version(trials_per_person=24, block_size=12, test_photos=8)


@pytest.fixture
def session(version: StudyVersion) -> Session:
    return at_the_trials(version)


@pytest.fixture
def block(session: Session) -> Block:
    return open_block(session)


def address_of(session: Session, tokens: list[str]) -> str:
    return f"/s/{session.token}/photos/{','.join(tokens)}"


def test_each_takes_the_bytes_that_the_block_tells_in_the_order_asked(
    client: Client, session: Session, block: Block
) -> None:
    shown = trials_of(block)[:MOST_PHOTOS_AT_ONCE][::-1]
    content = client.get(address_of(session, [trial.token for trial in shown])).content
    assert len(content) == len(shown) * block.photo_bytes
    for place, trial in enumerate(shown):
        with trial.stimulus.image.open("rb") as stored:
            assert content[place * block.photo_bytes :].startswith(stored.read())


@pytest.mark.parametrize("design", [{"task": "two_photos"}, GRIDS], ids=["pair", "grid"])
def test_both_photos_of_a_pair_and_all_tiles_of_a_grid_come_in_their_order(
    client: Client, design: dict[str, object]
) -> None:
    session = at_the_trials(open_study_version(**design))
    block = open_block(session)
    tokens = list(block.trials[0].photos)
    together = client.get(address_of(session, tokens)).content
    assert len(together) == len(tokens) * block.photo_bytes
    for place, token in enumerate(tokens):
        alone = client.get(address_of(session, [token])).content
        picture = alone[: alone.rindex(b"IEND")]  # what follows is random
        assert together[place * block.photo_bytes :].startswith(picture)


def test_one_that_is_not_due_or_of_somebody_else_makes_all_unknown(
    client: Client, version: StudyVersion, session: Session, block: Block
) -> None:
    due = tokens_of(block)[:2]
    ahead = session.trials.filter(served_at=None).last().token
    for odd in (ahead, tokens_of(open_block(at_the_trials(version)))[0], "0" * 32):
        assert client.get(address_of(session, [*due, odd])).status_code == 404
    assert client.get(address_of(session, due)).status_code == 200


def test_more_than_ten_are_refused(client: Client, session: Session, block: Block) -> None:
    tokens = tokens_of(block)[: MOST_PHOTOS_AT_ONCE + 1]
    assert client.get(address_of(session, tokens)).status_code == 404
    assert client.get(address_of(session, tokens[:-1])).status_code == 200


def test_ten_photos_take_no_more_queries_than_one(client: Client, session: Session, block: Block) -> None:
    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address_of(session, tokens_of(block)[:number]))
        return len(asked)

    assert queries(1) == queries(MOST_PHOTOS_AT_ONCE) == 2
