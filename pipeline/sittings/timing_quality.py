"""How well photos were shown and times measured, over the people of a version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from pipeline.sittings.display_problems import PROBLEMS, display_problem, frames_off
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode

ONSET = dict(Session.OnsetKnownBy.choices)


@dataclass(frozen=True)
class TimingQuality:
    """What a reader must know of a version's times.

    Attributes
    ----------
    trials, timed : test trials that were shown, and those whose photo had a planned time and a measured one
    half_a_frame_pct, one_frame_pct : share of the timed photos that stood as planned within so much
    left_out : numbers of trials that are no data, by reason
    grains, onsets, refresh : numbers of sessions by clock, by how the onset is known, and by screen
    """

    trials: int
    timed: int
    half_a_frame_pct: float | None
    one_frame_pct: float | None
    left_out: list[tuple[str, int]]
    grains: list[tuple[str, int]]
    onsets: list[tuple[str, int]]
    refresh: list[tuple[str, int]]


def timing_quality(version: StudyVersion) -> TimingQuality | None:
    """Return the timing of the answers of people (no previews, no robots); None before there are any."""
    counts = _counts(version)
    if not counts["trials"]:
        return None
    left_out = Counter({problem: counts[problem] for problem in PROBLEMS if counts[problem]})
    screens = list(_sessions(version).values_list("clock_grain_ms", "onset_known_by", "refresh_hz"))
    return TimingQuality(
        trials=counts["trials"],
        timed=counts["timed"],
        half_a_frame_pct=_share(counts["half_a_frame"], counts["timed"]),
        one_frame_pct=_share(counts["one_frame"], counts["timed"]),
        left_out=left_out.most_common(),
        grains=_counted("unknown" if grain is None else f"{grain:g} ms" for grain, _, _ in screens),
        onsets=_counted(str(ONSET.get(known_by, "unknown")) for _, known_by, _ in screens),
        refresh=_counted("unknown" if rate is None else f"{rate:.0f} Hz" for _, _, rate in screens),
    )


def _counts(version: StudyVersion) -> dict[str, int]:
    """Count the test trials that were shown, those that stood as planned, and those of each problem."""
    trials = Trial.objects.filter(session__in=_sessions(version), block_type=Trial.BlockType.TEST).answered()
    shown = trials.exclude(response_status=Trial.ResponseStatus.ABORTED).order_by()
    problems = {problem: Count("pk", filter=Q(problem=problem)) for problem in PROBLEMS}
    numbers: dict[str, int] = shown.annotate(
        off=frames_off(), problem=display_problem(version.design)
    ).aggregate(
        trials=Count("pk"),
        timed=Count("off"),
        half_a_frame=Count("pk", filter=Q(off__lte=0.5)),
        one_frame=Count("pk", filter=Q(off__lte=1.0)),
        **problems,
    )
    return numbers


def _sessions(version: StudyVersion) -> QuerySet[Session]:
    """Return the sessions of people whose device was looked at."""
    people = {"participant__version": version, "participant__mode": Mode.LIVE}
    sessions: QuerySet[Session] = Session.objects.filter(**people, viewport_w__isnull=False)
    return sessions


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    """Return how often each value occurs, the most frequent first."""
    return Counter(values).most_common()
