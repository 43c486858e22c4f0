"""Which list of the Latin square a newcomer gets; to be called with the version's row locked."""

from __future__ import annotations

from datetime import datetime

from study import counterbalancing
from study.models import AssignmentList, Session, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from study.sessions.errors import StudyFullError
from study.statements.prepared_sql import PreparedQuery

LISTS = PreparedQuery(lambda version: AssignmentList.objects.filter(version=version), int)


def least_filled_list(version: StudyVersion, mode: str, now: datetime) -> AssignmentList:
    """Return the list with the fewest completes and running leases of this mode, among those with room.

    Raises
    ------
    StudyFullError
        If every list has its share of the study's target.
    """
    held = places_held(version, mode, now)
    shares = _shares(version, mode)
    open_lists = [number for number in held if shares is None or held[number] < shares[number]]
    if not open_lists:
        raise StudyFullError
    number = min(open_lists, key=lambda candidate: (held[candidate], candidate))
    return next(each for each in LISTS(version.pk) if each.number == number)


def has_room(session: Session, now: datetime) -> bool:
    """Return whether a session whose lease ran out may have its place in the list back."""
    version, assignment = session.participant.version, session.assignment
    shares = _shares(version, session.mode)
    if shares is None or assignment is None:
        return True
    return places_held(version, session.mode, now)[assignment.number] < shares[assignment.number]


def places_held(version: StudyVersion, mode: str, now: datetime) -> dict[int, int]:
    """Return completes plus running leases per list; people, previews and robots are counted apart."""
    held = dict.fromkeys([each.number for each in LISTS(version.pk)], 0)
    sessions = Session.of_any_stage.holding_a_place(now).filter(
        assignment__version=version, participant__mode=mode
    )
    for number in sessions.values_list("assignment__number", flat=True):
        held[number] += 1
    return held


def _shares(version: StudyVersion, mode: str) -> list[int] | None:
    """Return how many completes each list should get in the end; None where there is no target."""
    target = plan_of(version).design.target_completes
    if target is None or mode == Mode.PREVIEW:
        return None
    return counterbalancing.split_evenly(target, plan_of(version).lists)
