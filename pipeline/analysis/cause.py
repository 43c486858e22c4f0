"""Why an analysis was made anew: what has changed since the one before it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models import Analysis
from study.models import Participant, RulingChange
from study.models.people import Ruling

FIRST = "First analysis of this version."


def cause_of(analysis: Analysis) -> str:
    """Return what has changed since the last analysis of this version and mode, and what was decided by hand.

    Its table and software are known already.
    """
    return " ".join([_against_the_last(analysis), *decided_by_hand(analysis)])


def decided_by_hand(analysis: Analysis) -> Iterator[str]:
    """Yield a sentence about each person whom a researcher, and not the rules, left out or counted."""
    people = Participant.objects.filter(version=analysis.version, mode=analysis.mode).exclude(ruling="")
    changes = RulingChange.objects.filter(participant__in=people).select_related("participant")
    last = {change.participant_id: change for change in changes}
    for change in sorted(last.values(), key=lambda change: change.created_at):
        yield (
            f"Not by the frozen rules alone: on {change.created_at:%Y-%m-%d} a participant was "
            f"{Ruling(change.after).label} (reason given: {change.reason.rstrip('.')})."
        )


def _against_the_last(analysis: Analysis) -> str:
    earlier = analysis.version.analyses.filter(mode=analysis.mode, result__isnull=False)
    before = earlier.exclude(pk=analysis.pk).order_by("-created_at", "-pk").first()
    if before is None:
        return FIRST
    changes = list(_changes(before, analysis))
    if not changes and before.table_sha256 != analysis.table_sha256:
        changes = ["The table of answers differs."]
    return " ".join(changes) or "Nothing has changed since the analysis before."


def _changes(before: Analysis, analysis: Analysis) -> Iterator[str]:
    since = before.job.started_at or before.created_at  # when its answers were read, at the latest
    people = Participant.objects.filter(version=analysis.version, mode=analysis.mode)
    came = people.filter(session__completed_at__gt=since).count()
    left = people.filter(withdrawn_at__gt=since).count()
    rulings = RulingChange.objects.filter(participant__in=people, created_at__gt=since).count()
    if came:
        yield f"{came} more completed since the analysis before."
    if left:
        yield f"{left} withdrew or were erased since then."
    if rulings:
        yield f"{rulings} decision{'' if rulings == 1 else 's'} by hand about who counts since then."
    if before.software != analysis.software:
        yield "The software is another release."
