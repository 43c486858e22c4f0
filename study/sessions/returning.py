"""The parts of a session on several days: how each ends, and how people come back for the next, or do not.

Who gives a session has locked its row.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from study.models import Session, SessionPart
from study.models.people import Mode
from study.parts.block_ranges import reminder_round
from study.parts.part_device import PartDevice
from study.parts.return_window import Coming, ReturnWindow
from study.plan import Plan, plan_of
from study.sessions.completion import code_of_part
from study.sessions.holding import locked, renew_lease
from study.sessions.tasks.every_conduct import conduct_of

Status = Session.Status
NO_DEVICE = PartDevice()


def note_first_part(session: Session, plan: Plan) -> None:
    """Note the beginning of the first part, where there are several."""
    if plan.design.is_on_several_days:
        SessionPart.objects.create(session=session, number=1, began_at=session.started_at)


def end_part(session: Session, now: datetime) -> None:
    """End the part whose photos are all answered; after the last one comes the questionnaire.

    The caller saves the status.
    """
    design = plan_of(session.participant.version).design
    is_last = session.part == design.parts
    session.status = Status.QUESTIONS if is_last else Status.BETWEEN
    if not design.is_on_several_days:
        return
    code = code_of_part(session) if design.part_codes and not is_last else ""
    device = msgspec.to_builtins(PartDevice.of(session))
    session.parts.filter(number=session.part).update(ended_at=now, completion_code=code, device=device)
    if not is_last:
        window = ReturnWindow.after(now, design.part_least_hours, design.part_most_hours)
        session.opens_at, session.closes_at = window.opens, window.closes
        session.lease_until = window.closes
        session.save(update_fields=["opens_at", "closes_at", "lease_until"])


@transaction.atomic
def begin_part(token: str, now: datetime) -> Session:
    """Begin the next part if it is time for it; else, and in a second tab, the session stays as it is.

    Robots and previews, which never count, need not wait.
    """
    session = locked(token)
    if session.status != Status.BETWEEN:
        return session
    coming = session.return_window.coming(now)
    if coming is Coming.LATE:
        end_as_not_returned(session)
    elif coming is Coming.IN_TIME or session.mode != Mode.LIVE:
        _begin_next_part(session, now)
        renew_lease(session, now)
        session.save(update_fields=["lease_until"])
    return session


def _begin_next_part(session: Session, now: datetime) -> None:
    """Begin the next part, with a check of the device: it may be another one now."""
    session.part += 1
    session.status, session.status_reason = Status.CONSENTED, ""
    for name in PartDevice.__struct_fields__:
        setattr(session, name, getattr(NO_DEVICE, name))
    session.save()
    SessionPart.objects.create(session=session, number=session.part, began_at=now)


def go_on(session: Session) -> None:
    """Go on with a later part: with a round of practice if the design wants it, else with its photos."""
    plan = plan_of(session.participant.version)
    reminded = plan.design.part_practice and plan.design.practice_trials > 0
    session.status = Status.PRACTICE if reminded else Status.TRIALS
    if reminded:
        session.practice_round = reminder_round(session.part, plan.design.practice_rounds)
        conduct_of(plan.design).add_practice(session, plan)
    session.save(update_fields=["status", "practice_round"])


def take_part_back(session: Session, reason: str) -> None:
    """Let the part be begun anew on another device: this one cannot show the photos."""
    session.parts.filter(number=session.part).delete()
    session.part -= 1
    session.status, session.status_reason = Status.BETWEEN, reason
    session.save(update_fields=["part", "status", "status_reason"])


def end_as_not_returned(session: Session) -> None:
    """End the session of somebody who did not come back in time; what they answered stays."""
    session.status, session.status_reason = Status.STOPPED, Session.NOT_RETURNED
    session.save(update_fields=["status", "status_reason"])
