"""What a researcher decides about one participant: leave out, count, leave it to the rules, or erase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from pipeline.audit import record
from pipeline.sittings.sitting import DATA_PROTECTION, sitting_of
from study import sessions
from study.exclusions import exclusions_of, rules_of
from study.models import Participant, RulingChange, Session, Study
from study.models.people import Ruling

LEAST_REASON, MOST_REASON = 10, 1000  # characters


class ParticipantError(ValueError):
    """This cannot be decided about this person; the message says why."""


def rulings_for(participant: Participant) -> list[Ruling]:
    """Return what can be decided about a person: rules that the frozen design fixed, and their opposite."""
    reason = _by_rules(participant)
    named = [Ruling(rule) for rule in rules_of(participant.version.design) if rule != reason]
    offered = [Ruling.BY_RULES, *([Ruling.COUNTED] if reason else named)]
    return [ruling for ruling in offered if ruling != participant.ruling]


def rule(user: Any, participant: Participant, ruling: Ruling, reason: str, now: datetime) -> RulingChange:
    """Decide by hand whether a person counts; the decision and its reason are kept for ever.

    What was analysed before stays as it is; the next analysis names the change.

    Raises ParticipantError if the session is not complete, the design has no such rule, or the reason is too
    short.
    """
    if not LEAST_REASON <= len(reason.strip()) <= MOST_REASON:
        raise ParticipantError(f"Give a reason of {LEAST_REASON} to {MOST_REASON} characters: it is printed.")
    with transaction.atomic():
        person = (
            Participant.objects.select_for_update().select_related("version__study").get(pk=participant.pk)
        )
        if ruling not in rulings_for(person):
            raise ParticipantError("The frozen design has no rule that allows this for this person.")
        before, person.ruling = person.ruling, ruling
        person.save(update_fields=["ruling"])
        change = RulingChange.objects.create(
            participant=person, user=user, before=before, after=ruling, reason=reason.strip(), created_at=now
        )
        name = person.public_id[:8]
        record(user, person.version.study, f"participant {name}: {ruling.label} ({reason.strip()})")
    return change


def erase(user: Any, participant: Participant, now: datetime) -> Session:
    """Erase everything about a person who asks for it; a row that says so stays.

    Raises ParticipantError if nothing is left to erase.
    """
    study: Study = participant.version.study
    session = Session.of_any_stage.filter(participant=participant).first()
    if session is None or participant.withdrawn_at is not None:
        raise ParticipantError("Nothing about this person is stored any more.")
    with transaction.atomic():
        erased = sessions.withdraw(session.token, now, DATA_PROTECTION)
        RulingChange.objects.filter(participant=participant).update(reason="erased with the person")
        record(user, study, f"erased participant {participant.public_id[:8]} for data protection")
    return erased


def _by_rules(participant: Participant) -> str:
    """Return the rule that leaves a person out by what they answered, or an empty text."""
    session = Session.of_any_stage.filter(participant=participant).first()
    if session is None or session.status != Session.Status.COMPLETED:
        raise ParticipantError("Only people who completed the study can count: there is nothing to decide.")
    sitting = sitting_of(participant, session.lease_until)
    closed = [answer for answer in sitting.answers if answer.is_closed] if sitting else []
    return exclusions_of(session, closed, participant.version.design).participant
