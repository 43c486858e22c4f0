"""Answers that are words of the task, such as yes and no."""

from __future__ import annotations

from study.models import Trial
from study.sessions.errors import BadAnswerError
from study.sessions.wire import Answer


def chosen_word(trial: Trial, answer: Answer) -> str | None:
    """Return which of the words of a trial was pressed, if any.

    Raises
    ------
    BadAnswerError
        If there is no such button.
    """
    if answer.response is None:
        return None
    if answer.response >= len(trial.choice_order):
        raise BadAnswerError("response must be the place of one of the buttons.")
    return str(trial.choice_order[answer.response])
