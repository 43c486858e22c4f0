"""How large photos were on people's screens, and from how far these were seen, as the report says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from django.db.models import Max

from pipeline.exports.registering.planned_trials import how_large, how_measured
from stats.apa import count
from study.models import Session, StudyVersion, Trial
from study.plan import plan_of
from study.sessions.screen_size import degrees_on
from study.sizing.screen_measure import (
    BLIND_SPOT,
    IMPLAUSIBLE,
    MEASURED_DISTANCE,
    NEVER,
    SKIPPED,
    TOO_NARROW,
)
from study.sizing.shown_sizes import BY_DEGREES, FILL, falls_short, longest_side

WHY_PLANNED = {
    SKIPPED: "went on without measuring",
    TOO_NARROW: "had too narrow a window",
    IMPLAUSIBLE: "had two results that cannot be right",
}


def sizes_on_screens(version: StudyVersion, mode: str) -> Iterator[str]:
    """Yield how large photos were on people's screens, and in degrees as far as these were measured."""
    yield from how_large(version.design)
    if version.design.shown_size == FILL:
        yield (
            "Every photo was as large on the screen as fitted, whatever its level: crops of heavier levels "
            "were also more magnified, and the effects of the two cannot be told apart."
        )
    if version.design.screen_calibration == NEVER:
        return
    if version.design.shown_size == FILL:
        yield how_measured(version.design)
    shown = _people_who_saw_photos(version, mode)
    yield _largest_photos(shown)
    if version.design.measure_distance:
        yield from distances(shown)
    if version.design.shown_size == BY_DEGREES:
        yield from smaller_than_planned(version, mode)


def _people_who_saw_photos(version: StudyVersion, mode: str) -> list[Any]:
    """Return their sessions, each with `largest`, the longer side of the largest photo in pixels.

    On several days the screen of the latest part stands for all; trials.csv has each photo's size.
    """
    sessions = Session.objects.filter(participant__version=version, participant__mode=mode)
    return list(sessions.annotate(largest=Max("trials__shown_px")).filter(largest__isnull=False))


def _largest_photos(shown: Sequence[Any]) -> str:
    """Return of how many people the screen is known, and how large their largest photo was."""
    degrees = [size for session in shown if (size := degrees_on(session, session.largest)) is not None]
    return f"{len(degrees)} of {len(shown)} people who saw photos measured their screen." + (
        f" The largest photo covered {median(degrees):.1f} degrees (median of people; {min(degrees):.1f} to "
        f"{max(degrees):.1f})."
        if degrees
        else ""
    )


def distances(shown: Sequence[Any]) -> Iterator[str]:
    """Yield of how many people the viewing distance was measured, and what counts for the others."""
    known = [session for session in shown if session.screen_mm_per_px is not None]
    measured = [session for session in known if session.distance_known_by in MEASURED_DISTANCE]
    figures = f": {_figures_of(measured)}" if measured else ""
    yield f"Of these people {len(measured)} also measured their viewing distance{figures}."
    unmeasured = Counter(session.distance_known_by for session in known if session not in measured)
    if unmeasured:
        reasons = ", ".join(f"{number} {WHY_PLANNED[why]}" for why, number in unmeasured.most_common())
        yield f"For the others the planned distance counts, and sizes in degrees rest on it: {reasons}."


def _figures_of(measured: Sequence[Any]) -> str:
    """Return how far people sat whose distance was measured, how sure that is, and their largest photo."""
    away = [session.viewing_distance_cm for session in measured]
    spreads = [session.distance_spread_cm for session in measured if session.distance_known_by == BLIND_SPOT]
    degrees = [degrees_on(session, session.largest) or 0.0 for session in measured]
    by_eye = f"{len(spreads)} by the blind spot" + (
        f" (middle half of the rounds within {median(spreads):.1f} cm, median)" if spreads else ""
    )
    return (
        f"{by_eye}, {len(measured) - len(spreads)} with a tape; {median(away):.0f} cm (median; "
        f"{min(away):.0f} to {max(away):.0f}). Their largest photo covered {median(degrees):.1f} degrees "
        "(median)"
    )


def smaller_than_planned(version: StudyVersion, mode: str) -> Iterator[str]:
    """Yield in how many trials the photo covered fewer degrees than planned, and in how many nobody knows.

    Trials are those of test photos, whether or not they or their people are left out later.
    """
    short, known, unknown, people = 0, 0, 0, set()
    for session, planned, shown in _planned_and_shown(version, mode):
        unknown += shown is None
        if shown is not None:
            known += 1
            if falls_short(shown, planned):
                short += 1
                people.add(session)
    if known:
        yield (
            f"In {short} of {known} trials whose size in degrees is known the photo was smaller than "
            f"planned, because the window had no room for it (of {count(len(people), 'person', 'people')}); "
            "photo_degrees of trials.csv has each size."
        )
    if unknown:
        yield (
            f"In {unknown} trials the size in degrees is not known: the screen was not measured, or the "
            "browser did not say how large the photo was."
        )


def _planned_and_shown(version: StudyVersion, mode: str) -> Iterator[tuple[int, float, float | None]]:
    """Yield session, planned degrees and shown degrees of every closed trial with a test photo."""
    trials = Trial.objects.answered().filter(
        session__participant__version=version,
        session__participant__mode=mode,
        block_type=Trial.BlockType.TEST,
        stimulus__isnull=False,
    )
    per_degree = version.design.source_px_per_degree
    plan = plan_of(version)
    joined = trials.select_related("session", "stimulus__item").prefetch_related("session__parts")
    for trial in joined.iterator(chunk_size=2000):
        photo = trial.stimulus
        assert photo is not None
        window = (photo.window_width, photo.window_height)
        planned = longest_side(window, (photo.item.width, photo.item.height)) / per_degree
        device = trial.session.device_in(plan.part_of(trial.block_id, trial.attempt))
        yield trial.session_id, planned, degrees_on(device, trial.shown_px)
