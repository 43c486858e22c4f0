"""Where a session stands once answers have come in."""

from __future__ import annotations

from study.models import Session, Trial
from study.plan import plan_of
from study.sessions.grading import score_of
from study.sessions.task_trials import add_practice_trials
from study.sessions.trials import PRACTICE_BLOCK

PRACTICE_ROUNDS = 2
Status = Session.Status


def advance(session: Session) -> None:
    """Move a session on if its practice or all of its trials are closed."""
    if session.status == Status.PRACTICE and not _open(session, practice=True):
        _judge_practice(session)
    if session.status == Status.TRIALS and not _open(session, practice=False):
        session.status = Status.QUESTIONS
    session.save(update_fields=["status", "status_reason", "practice_round"])


def _open(session: Session, *, practice: bool) -> bool:
    """Whether trials are still open; of a practice round, or of all trials."""
    trials = session.trials.open()
    return (trials.filter(block_id=PRACTICE_BLOCK) if practice else trials).exists()


def _judge_practice(session: Session) -> None:
    """Criterion met: on to the trials. Missed: one repeat, then the end."""
    plan = plan_of(session.participant.version)
    share = practice_share(session)
    if share >= plan.design.practice_criterion:
        session.status = Status.TRIALS
    elif session.practice_round < PRACTICE_ROUNDS:
        session.practice_round += 1
        add_practice_trials(session, plan)
    else:
        session.status, session.status_reason = Status.SCREENED_OUT, "practice"


def practice_share(session: Session) -> float:
    """Mean score of the latest practice round; a round without trials is passed.

    Trials that broke off say nothing; a round of nothing else is not passed.
    """
    trials = list(session.trials.filter(block_type=Trial.BlockType.PRACTICE, attempt=session.practice_round))
    scores = [score_of(trial) for trial in trials if trial.response_status != Trial.ResponseStatus.ABORTED]
    if not trials:
        return 1.0
    return sum(scores) / len(scores) if scores else 0.0
