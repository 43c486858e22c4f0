"""Trials for the task of a session's version: single photos or grids."""

from __future__ import annotations

from study.models import Session
from study.plan import Plan
from study.sessions import grids, trials


def add_practice_trials(session: Session, plan: Plan) -> None:
    """Add one round of practice to a session."""
    (grids if plan.design.is_grid else trials).add_practice(session, plan)


def add_test_trials(session: Session, plan: Plan, list_number: int) -> None:
    """Add the test and catch trials of a list to a session."""
    (grids if plan.design.is_grid else trials).add_tests(session, plan, list_number)
