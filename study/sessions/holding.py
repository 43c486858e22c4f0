"""A session by its token: read, locked while it changes, and holding its place in a list."""

from __future__ import annotations

from datetime import datetime, timedelta

from study.models import Session
from study.plan import plan_of
from study.sessions.errors import NotFoundError
from study.statements.prepared_sql import PreparedQuery, PreparedUpdate

LEASE_STEP = 1 / 60

FOUND = PreparedQuery(lambda token: Session.of_any_stage.with_version().filter(token=token), str)
LOCKED = PreparedQuery(
    lambda token: Session.of_any_stage.with_version().select_for_update(of=("self",)).filter(token=token), str
)
KEEP_LEASE = PreparedUpdate(Session, "lease_until")


def find(token: str) -> Session:
    """Return a session by its token, without the configuration of its version.

    Raises
    ------
    NotFoundError
    """
    session = FOUND.first(token)
    if session is None:
        raise NotFoundError
    return session


def locked(token: str) -> Session:
    """Return a session as `find` does, with its row locked until the end of the transaction.

    Raises
    ------
    NotFoundError
    """
    session = LOCKED.first(token)
    if session is None:
        raise NotFoundError
    return session


def renew_lease(session: Session, now: datetime) -> None:
    """Let the session keep its place for another lease; the caller saves it.

    Between parts, and in one that was begun in time, it is kept at least until that part had to be begun.
    """
    minutes = plan_of(session.participant.version).design.lease_minutes
    session.lease_until = now + timedelta(minutes=minutes)
    if session.closes_at is not None:
        session.lease_until = max(session.lease_until, session.closes_at)


def keep_place(session: Session, now: datetime) -> None:
    """Renew and save a lease, but only once a sixtieth of it has passed: all writers wait for each other."""
    before = session.lease_until
    renew_lease(session, now)
    if session.lease_until - before >= LEASE_STEP * (session.lease_until - now):
        KEEP_LEASE(session)
