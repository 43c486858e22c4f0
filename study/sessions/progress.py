"""How a session moves from step to step as answers come in."""

from __future__ import annotations

from datetime import datetime

from study.exclusions import score
from study.models import Session, Trial
from study.plan import PRACTICE_BLOCK, plan_of
from study.sessions.returning import end_part
from study.sessions.tasks.every_conduct import conduct_of
from study.statements.prepared_sql import PreparedValues

Status = Session.Status
NEXT = PreparedValues(
    lambda session: Trial.objects.filter(session=session).open().values_list("block_id", "attempt")[:1], int
)


def advance(session: Session, now: datetime) -> None:
    """Move a session to its next step if its practice, or all trials of its part, are closed."""
    before = session.status, session.practice_round
    practice = session.trials.open().filter(block_id=PRACTICE_BLOCK)
    if session.status == Status.PRACTICE and not practice.exists():
        _judge_practice(session)
    if session.status == Status.TRIALS:
        due = NEXT.first(session.pk)
        if due is None or plan_of(session.participant.version).part_of(*due) > session.part:
            end_part(session, now)
    if (session.status, session.practice_round) != before:
        session.save(update_fields=["status", "status_reason", "practice_round"])


def _judge_practice(session: Session) -> None:
    """Move on to the trials if the criterion is met; else practise again as often as designed, then end.

    Practice in a later part reminds people of the task: nobody is turned away by it.
    """
    plan = plan_of(session.participant.version)
    if session.part > 1 or practice_share(session) >= plan.design.practice_criterion:
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
