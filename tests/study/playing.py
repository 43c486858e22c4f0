"""How tests take part: the deliveries that a browser would post."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from study import sessions
from study.models import Session, StudyVersion, Trial
from study.questions.questionnaire import Questionnaire
from study.sessions import Block, Recorded
from study.sessions.wire import parse_delivery
from tests.study.factories import DEVICE, NOW, new_uuid, player

TAB = "11111111-1111-4111-8111-111111111111"
OTHER_TAB = "22222222-2222-4222-8222-222222222222"
A_MINUTE = timedelta(minutes=1)


def answer(trial: Trial | str, **changes: object) -> dict[str, object]:
    """An ordinary answer to a trial: the first button, half a second after the onset."""
    token = trial if isinstance(trial, str) else trial.token
    ordinary = {"trial": token, "uuid": new_uuid(), "status": "answered", "response": 0, "rt_ms": 500.0}
    return ordinary | changes


def selection(trial: Trial | str, *places: int, **changes: object) -> dict[str, object]:
    """A grid that was submitted with these tiles, after two seconds."""
    submitted = answer(trial, selected=list(places), rt_ms=2000.0) | changes
    return {name: value for name, value in submitted.items() if name != "response"}


def typed(trial: Trial | str, text: str, **changes: object) -> dict[str, object]:
    """An answer that was typed and submitted after two seconds."""
    submitted = answer(trial, text=text, rt_ms=2000.0, first_key_ms=900.0) | changes
    return {name: value for name, value in submitted.items() if name != "response"}


def targets_of(trial: Trial) -> list[int]:
    """The places of a grid's targets."""
    tiles = trial.tiles.filter(stimulus__item__category=trial.target_id)
    return list(tiles.values_list("position", flat=True))


def right_answer(trial: Trial, **changes: object) -> dict[str, object]:
    if trial.stimulus is None:
        return selection(trial, *targets_of(trial), **changes)
    if trial.session.participant.version.design.task == "naming":
        return typed(trial, trial.stimulus.item.category.name, **changes)
    return answer(trial, response=place_of_right_answer(trial), **changes)


def place_of_right_answer(trial: Trial) -> int:
    """The place of the button of the photo's class, or of yes or no as it shows what is asked about."""
    shown = trial.stimulus.item.category_id
    if trial.beside is not None and trial.target_id is None:
        same = shown == trial.beside.item.category_id
        return int(trial.choice_order.index("same" if same else "different"))
    if trial.beside is not None:
        return [photo.item.category_id for photo in trial.photos].index(trial.target_id)
    right = shown if trial.target_id is None else ("yes" if trial.target_id == shown else "no")
    return int(trial.choice_order.index(right))


def wrong_answer(trial: Trial, **changes: object) -> dict[str, object]:
    right = place_of_right_answer(trial)
    return answer(trial, response=(right + 1) % len(trial.choice_order), **changes)


def body(
    *answers: dict[str, object], tab: str = TAB, begun: str | None = None, begun_age_ms: float = 0.0
) -> bytes:
    delivery = {"tab": tab, "answers": answers, "begun": begun, "begun_age_ms": begun_age_ms}
    return json.dumps(delivery).encode()


def deliver(
    session: Session,
    *answers: dict[str, object],
    now: datetime = NOW + A_MINUTE,
    tab: str = TAB,
    begun: str | None = None,
    begun_age_ms: float = 0.0,
) -> Recorded:
    sent = body(*answers, tab=tab, begun=begun, begun_age_ms=begun_age_ms)
    return sessions.record(session.token, parse_delivery(sent), now)


def open_block(session: Session, now: datetime = NOW, tab: str = TAB) -> Block:
    return sessions.open_block(session.token, tab, now)


def tokens_of(block: Block) -> list[str]:
    return [served.trial for served in block.trials]


def trials_of(block: Block) -> list[Trial]:
    rows = {trial.token: trial for trial in Trial.objects.filter(token__in=tokens_of(block))}
    return [rows[token] for token in tokens_of(block)]


def play_block(session: Session, now: datetime = NOW, tab: str = TAB) -> Block:
    """Answer the block that is due correctly."""
    block = open_block(session, now, tab)
    deliver(session, *map(right_answer, trials_of(block)), now=now + A_MINUTE, tab=tab)
    return block


def play_to_the_questions(session: Session, now: datetime = NOW) -> None:
    while play_block(session, now).trials:
        pass


QUESTIONNAIRE = Questionnaire(problems="no", seriously="yes")


def play_to_the_end(session: Session, now: datetime = NOW) -> Session:
    play_to_the_questions(session, now)
    return sessions.complete(session.token, QUESTIONNAIRE, now)


def at_the_trials(version: StudyVersion, now: datetime = NOW) -> Session:
    """Somebody who has passed practice."""
    session = player(version, now)
    play_block(session, now)
    return session


def fresh(session: Session) -> Session:
    """The session as it is stored by now."""
    return Session.objects.get(pk=session.pk)


def play_ready(session: Session) -> Session:
    """Led past device check and instructions."""
    sessions.device_checked(session.token, DEVICE)
    return sessions.instructions_read(session.token, understood=True)
