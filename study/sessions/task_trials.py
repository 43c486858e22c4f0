"""Plans a session's trials for the task that its version asks: photos one at a time, or grids of them."""

from __future__ import annotations

from study.models import Session
from study.plan import Plan
from study.sessions import grids, trials


def add_practice_trials(session: Session, plan: Plan) -> None:
    (grids if plan.design.is_grid else trials).add_practice(session, plan)


def add_test_trials(session: Session, plan: Plan, list_number: int) -> None:
    (grids if plan.design.is_grid else trials).add_tests(session, plan, list_number)
