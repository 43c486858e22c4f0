"""What an answer says and whether it is right, as the task of its trial decides."""

from __future__ import annotations

from study.design import Design
from study.exclusions import is_too_fast
from study.models import Trial
from study.sessions.errors import BadAnswerError
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.wire import Answer, Lesson

Closed = Trial.ResponseStatus
Content = tuple[object, ...]


def grade(trial: Trial, answer: Answer, conduct: Conduct) -> None:
    """Write an answer and its score into the trial. A timeout is wrong; an aborted trial is neither.

    Raises
    ------
    BadAnswerError
        If it answers another task than the trial's, or names a button or tile that does not exist.
    """
    trial.response_status, trial.status_reason = answer.status, answer.reason
    if answer.status == Closed.ANSWERED and getattr(answer, conduct.answered_with) is None:
        raise BadAnswerError(f"This trial is answered by {conduct.wanted}.")
    if answer.status == Closed.ABORTED:
        trial.correct = None
    else:
        conduct.grade(trial, answer)


def lesson_of(trial: Trial, design: Design) -> Lesson:
    """Return what a closed practice trial teaches: which answer or which tiles were right, and haste."""
    places = conduct_of(design).right_places(trial)
    return Lesson(bool(trial.correct), places, is_too_fast(trial, design))


def stored_content(trial: Trial, conduct: Conduct) -> Content:
    """Return what is stored of an answer, to be compared with `sent_content`."""
    return trial.response_status, conduct.stored(trial), trial.rt_ms, trial.confidence


def sent_content(trial: Trial, answer: Answer, conduct: Conduct) -> Content:
    """Return what an answer says, in the terms of `stored_content`."""
    return answer.status, conduct.sent(trial, answer), answer.rt_ms, answer.confidence
