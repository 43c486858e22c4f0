"""How tests take part: the deliveries that a browser would post."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from study import sessions
from study.answers import parse_delivery
from study.models import Session, Trial
from study.sessions import Block, Recorded
from tests.study.factories import NOW, new_uuid

TAB = "11111111-1111-4111-8111-111111111111"
OTHER_TAB = "22222222-2222-4222-8222-222222222222"
A_MINUTE = timedelta(minutes=1)


def answer(trial: Trial | str, **changes: object) -> dict[str, object]:
    """An ordinary answer to a trial: the first button, half a second after the onset."""
    token = trial if isinstance(trial, str) else trial.token
    ordinary = {"trial": token, "uuid": new_uuid(), "status": "answered", "response": 0, "rt_ms": 500.0}
    return ordinary | changes


def right_answer(trial: Trial, **changes: object) -> dict[str, object]:
    place = trial.session.choice_order.index(trial.stimulus.item.category_id)
    return answer(trial, response=place, **changes)


def wrong_answer(trial: Trial, **changes: object) -> dict[str, object]:
    right = trial.session.choice_order.index(trial.stimulus.item.category_id)
    return answer(trial, response=(right + 1) % len(trial.session.choice_order), **changes)


def body(*answers: dict[str, object], tab: str = TAB, begun: str | None = None) -> bytes:
    return json.dumps({"tab": tab, "answers": answers, "begun": begun}).encode()


def deliver(
    session: Session,
    *answers: dict[str, object],
    now: datetime = NOW + A_MINUTE,
    tab: str = TAB,
    begun: str | None = None,
) -> Recorded:
    return sessions.record(session.token, parse_delivery(body(*answers, tab=tab, begun=begun)), now)


def open_block(session: Session, now: datetime = NOW, tab: str = TAB) -> Block:
    return sessions.open_block(session.token, tab, now)


def trials_of(block: Block) -> list[Trial]:
    rows = {trial.token: trial for trial in Trial.objects.filter(token__in=block.trials)}
    return [rows[token] for token in block.trials]


def play_block(session: Session, now: datetime = NOW, tab: str = TAB) -> Block:
    """Answer the block that is due correctly."""
    block = open_block(session, now, tab)
    deliver(session, *map(right_answer, trials_of(block)), now=now + A_MINUTE, tab=tab)
    return block


def play_to_the_questions(session: Session, now: datetime = NOW) -> None:
    while play_block(session, now).trials:
        pass


QUESTIONNAIRE = {"problems": "no", "problems_text": "", "seriously": "yes"}


def play_to_the_end(session: Session, now: datetime = NOW) -> Session:
    play_to_the_questions(session, now)
    return sessions.complete(session.token, QUESTIONNAIRE, now)
