"""How a session moves from step to step as answers come in."""

from __future__ import annotations

from study.exclusions import score
from study.models import Session, Trial
from study.plan import plan_of
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.tasks.trials import PRACTICE_BLOCK

Status = Session.Status


def advance(session: Session) -> None:
    """Move a session to its next step if its practice, or all of its trials, are closed."""
    before = session.status, session.practice_round
    if session.status == Status.PRACTICE and not _open(session, practice=True):
        _judge_practice(session)
    if session.status == Status.TRIALS and not _open(session, practice=False):
        session.status = Status.QUESTIONS
    if (session.status, session.practice_round) != before:
        session.save(update_fields=["status", "status_reason", "practice_round"])


def _open(session: Session, *, practice: bool) -> bool:
    """Return whether trials of the practice block, or any trials, are still open."""
    trials = session.trials.open()
    return (trials.filter(block_id=PRACTICE_BLOCK) if practice else trials).exists()


def _judge_practice(session: Session) -> None:
    """Move on to the trials if the criterion is met; else practise again as often as designed, then end."""
    plan = plan_of(session.participant.version)
    share = practice_share(session)
    if share >= plan.design.practice_criterion:
        session.status = Status.TRIALS
    elif session.practice_round < plan.design.practice_rounds:
        session.practice_round += 1
        conduct_of(plan.design).add_practice(session, plan)
    else:
        session.status, session.status_reason = Status.SCREENED_OUT, "practice"


def practice_share(session: Session) -> float:
    """Return the mean score of the latest practice round; 1 for a round without trials.

    Aborted trials do not count; a round of nothing else scores 0. A typed answer counts whatever it says: its
    score is given later.
    """
    trials = list(session.trials.filter(block_type=Trial.BlockType.PRACTICE, attempt=session.practice_round))
    scores = [_mark(trial) for trial in trials if trial.response_status != Trial.ResponseStatus.ABORTED]
    if not trials:
        return 1.0
    return sum(scores) / len(scores) if scores else 0.0


def _mark(trial: Trial) -> float:
    """Return the score of a practice trial, and 1 for an answer that is not scored yet."""
    unscored = trial.correct is None and trial.response_status == Trial.ResponseStatus.ANSWERED
    return 1.0 if unscored else score(trial)
