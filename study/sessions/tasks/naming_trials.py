"""Trials that are answered by typing: planned as single photos are, and stored as typed, without a score.

What a typed answer is worth is decided by a stated rule of the frozen design where answers are exported and
analysed, never here: this side stores what people did.
"""

from __future__ import annotations

from study.models import Trial
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.trials import add_practice, add_tests, joined_to_photo, true_category
from study.sessions.wire import Answer


def keep_text(trial: Trial, answer: Answer) -> None:
    """Write what was typed, also by who ran out of time; only who typed no answer is known to be wrong."""
    trial.response_text, trial.first_key_ms = answer.text or "", answer.first_key_ms
    trial.correct = None if answer.status == Trial.ResponseStatus.ANSWERED else False


NAMING_TRIALS = Conduct(
    add_practice=add_practice,
    add_tests=add_tests,
    with_truth=joined_to_photo,
    answered_with="text",
    wanted="text, as it was typed",
    grade=keep_text,
    right_places=lambda trial: (trial.choice_order.index(true_category(trial)),),
    stored=lambda trial: trial.response_text,
    sent=lambda _trial, answer: answer.text or "",
    places_in_order=lambda session, trial: tuple(map(session.choice_order.index, trial.choice_order)),
)
