"""How well photos were shown and times measured, over the people of a version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from study.exclusions import display_problem, frames_off
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode

ONSET = dict(Session.OnsetKnownBy.choices)
FACTS = ("focus_lost", "stimulus_ms_planned", "stimulus_ms_achieved", "frame_ms", "dropped_frames")


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
    people = {"participant__version": version, "participant__mode": Mode.LIVE}
    sessions = list(Session.objects.filter(**people, viewport_w__isnull=False))
    trials = Trial.objects.filter(session__in=sessions, block_type=Trial.BlockType.TEST).answered()
    shown = list(trials.exclude(response_status=Trial.ResponseStatus.ABORTED).only(*FACTS))
    if not shown:
        return None
    off = [frames for frames in map(frames_off, shown) if frames is not None]
    return TimingQuality(
        trials=len(shown),
        timed=len(off),
        half_a_frame_pct=_share_within(off, 0.5),
        one_frame_pct=_share_within(off, 1.0),
        left_out=_counted(filter(None, (display_problem(trial, version.design) for trial in shown))),
        grains=_counted(
            "unknown" if session.clock_grain_ms is None else f"{session.clock_grain_ms:g} ms"
            for session in sessions
        ),
        onsets=_counted(str(ONSET.get(session.onset_known_by, "unknown")) for session in sessions),
        refresh=_counted(
            "unknown" if session.refresh_hz is None else f"{session.refresh_hz:.0f} Hz"
            for session in sessions
        ),
    )


def _share_within(off: list[float], frames: float) -> float | None:
    return 100 * sum(each <= frames for each in off) / len(off) if off else None


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    """Return how often each value occurs, the most frequent first."""
    return Counter(values).most_common()
