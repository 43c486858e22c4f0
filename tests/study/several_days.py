"""Studies in two parts, people between them, and hours that pass in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from study import sessions
from study.models import Session, StudyVersion
from study.models.people import Mode
from tests.study.factories import NOW, open_study_version, player
from tests.study.playing import fresh, play_block


def in_parts(**design: object) -> StudyVersion:
    """A study of two blocks, one for each of two parts, whose photos are all tests."""
    return open_study_version(**{"parts": 2, "catch_share": 0.0, "title": "Crops"} | design)


def after_part_one(
    version: StudyVersion | None = None,
    now: datetime = NOW,
    mode: Mode = Mode.LIVE,
    identity: sessions.Identity | None = None,
) -> Session:
    """Somebody who has done the first part, which ended a minute after it was opened."""
    session = player(version or in_parts(), now, mode, identity)
    play_block(session, now)
    play_block(session, now)
    return fresh(session)


def hours_later(session: Session, hours: float) -> Session:
    """Let hours pass: what is stored of the session's times moves into the past."""
    past = timedelta(hours=hours)
    moments = {name: getattr(session, name) - past for name in ("opens_at", "closes_at", "lease_until")}
    Session.objects.filter(pk=session.pk).update(**moments)
    return fresh(session)
