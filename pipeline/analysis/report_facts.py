"""What a stored analysis rests on, as its report prints it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Max

from pipeline.analysis.freezing import remarks_of
from pipeline.crops.levels import photos_without_crop
from pipeline.exports.machine_answers import machine_of
from pipeline.exports.outside.outside_machines import said_of_outside
from pipeline.exports.registering.planned_trials import how_asked, how_large, how_measured
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.pilot.pilot_outcome import stored_outcome
from stats.apa import count
from stats.report.content import Facts
from study.models import Pilot, Session, Stimulus, StudyVersion, Trial
from study.sessions.screen_size import degrees_on
from study.sizing.screen_measure import NEVER
from study.sizing.shown_sizes import BY_DEGREES, FILL, falls_short, longest_side

if TYPE_CHECKING:
    from pipeline.models import Analysis

LONGEST = 80  # characters; longer texts (consent, instructions) are left to the hash of the version
MADE_BY = {
    "separate": (
        "Crops of test photos were cut by networks that saw design photos only: no evaluated attacker's own "
        "attention decided what was removed."
    ),
    "attackers": (
        "Crops of test photos were cut where the evaluated attackers themselves look, which makes the "
        "machine seem weaker than it is."
    ),
}


def facts_of(analysis: Analysis) -> Facts:
    """Return hashes, versions and every setting of the frozen version.

    Parameters
    ----------
    analysis
        A finished one.
    """
    version = analysis.version
    return Facts(
        study=version.study.name,
        created=f"{analysis.created_at:%Y-%m-%d %H:%M} UTC",
        hashes={
            "frozen version (config)": version.config_hash,
            "preregistration (preregistration.json)": preregistration_sha256(version),
            "table of trials (trials.csv)": analysis.table_sha256,
            "stimuli of the frozen version": stimuli_sha256(version),
        },
        software=analysis.software,
        settings=_settings(version),
        statements=(
            MADE_BY[version.design.crop_designers],
            *how_asked(version),
            *located_by(version),
            *nobody_asked(version),
            *shown_at(version),
            *sizes_on_screens(version, analysis.mode),
            *_left_out(version),
            *said_of_outside(machine_of(version)),
            *may_leave(version),
            *([analysis.cause] if analysis.cause else []),
        ),
        cut_away=_cut_away(version),
        loop_ended=remarks_of(version).loop_ended,
        pilot=stored_outcome(Pilot.objects.of(version.study)) if version.design.pilot else None,
    )


def stimuli_sha256(version: StudyVersion) -> str:
    """Return one hash over the hashes of all photos that people of this version can be shown."""
    shown = [version.config[name] for name in ("items", "practice", "catch")]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def preregistration_sha256(version: StudyVersion) -> str:
    """Return the hash of the file that the desk offers before the first answer."""
    return preregistration_of(version).sha256


def located_by(version: StudyVersion) -> Iterator[str]:
    """Yield by which evidence the subjects of the frozen test photos were located, most photos first."""
    photos = version.frozen.items
    shown = [picture.stimulus for photo in photos for picture in photo.stimuli]
    located = Stimulus.objects.filter(pk__in=shown).exclude(subject_source="")
    counts = located.order_by().values_list("subject_source").annotate(photos=Count("item", distinct=True))
    if counts:
        by_photos = sorted(counts, key=lambda row: -row[1])
        ways = "; ".join(f"{Stimulus.SubjectSource(source).label} ({n})" for source, n in by_photos)
        yield f"The subject of the {len(photos)} test photos was located by: {ways}."


def may_leave(version: StudyVersion) -> Iterator[str]:
    """Yield whether photos may be sent to machines of others, where they may or others have answered."""
    if version.design.photos_may_leave:
        yield "By the design the photos may be sent to machines of others, such as hosted models."
    elif machine_of(version).outside:
        yield "By the design the photos may not be sent to machines of others, such as hosted models."


def nobody_asked(version: StudyVersion) -> Iterator[str]:
    """Yield in how many of the frozen test photos another may be meant, and nobody has said who is."""
    photos = version.frozen.items
    shown = [picture.stimulus for photo in photos for picture in photo.stimuli]
    doubtful = Stimulus.objects.filter(pk__in=shown, people_alike=True).values("item").distinct().count()
    if doubtful:
        yield (
            f"In {doubtful} of the {len(photos)} test photos another person or part is as large as the "
            "subject, and nobody has said which is meant."
        )


def shown_at(version: StudyVersion) -> Iterator[str]:
    """Yield with how many pixels the crops of each level were shown, where these are as many for all."""
    levels = version.study.levels.filter(crop_pixels__isnull=False)
    if sizes := ", ".join(f"{level.crop_pixels} at level {level.number}" for level in levels):
        yield (
            f"All crops of a level are equally sharp, for people and machine: pixels a side {sizes}. So no "
            "crop shows by its sharpness how large its window was."
        )


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
    yield _largest_photos(version, mode)
    if version.design.shown_size == BY_DEGREES:
        yield from smaller_than_planned(version, mode)


def _largest_photos(version: StudyVersion, mode: str) -> str:
    """Return of how many people the screen is known, and how large their largest photo was."""
    sessions = Session.objects.filter(participant__version=version, participant__mode=mode)
    shown = sessions.annotate(largest=Max("trials__shown_px")).filter(largest__isnull=False)
    degrees = [size for session in shown if (size := degrees_on(session, session.largest)) is not None]
    return f"{len(degrees)} of {len(shown)} people who saw photos measured their screen." + (
        f" The largest photo covered {median(degrees):.1f} degrees (median of people; {min(degrees):.1f} to "
        f"{max(degrees):.1f})."
        if degrees
        else ""
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
    for trial in trials.select_related("session", "stimulus__item").iterator(chunk_size=2000):
        photo = trial.stimulus
        assert photo is not None
        window = (photo.window_width, photo.window_height)
        planned = longest_side(window, (photo.item.width, photo.item.height)) / per_degree
        yield trial.session_id, planned, degrees_on(trial.session, trial.shown_px)


def _left_out(version: StudyVersion) -> Iterator[str]:
    """Yield how many test photos each level by subject left out."""
    for level in version.study.levels.filter(subject_share__isnull=False):
        if count := photos_without_crop(level):
            yield (
                f"{count} test photos have no crop at level {level.number}, as no window shows enough of "
                "their subject; people judge only photos that have a crop at every level."
            )


def _cut_away(version: StudyVersion) -> dict[float, float]:
    """Return the mean share of the area that each level cuts away from the frozen test photos."""
    levels, photos = version.frozen.levels, version.frozen.items
    shown = Stimulus.objects.filter(
        pk__in=[picture.stimulus for photo in photos for picture in photo.stimuli]
    )
    areas = shown.values_list("level__number").annotate(area=Avg(F("window_width") * F("window_height")))
    area_by_level = dict(areas.order_by())
    return {
        level.number: 1 - (area_by_level[level.number] if level.side is None else level.side**2)
        for level in levels
    }


def _settings(version: StudyVersion) -> dict[str, str]:
    extents = ", ".join(f"{level.number}: {level.extent}" for level in version.frozen.levels)
    frozen = {
        "version": f"{version.number}, frozen {version.frozen_at:%Y-%m-%d %H:%M} UTC",
        "levels (what they keep)": extents,
        "lists of the Latin square": version.frozen.lists,
    }
    design = {name.replace("_", " "): _text(value) for name, value in version.design.to_dict().items()}
    written = {name: str(value) for name, value in (frozen | design).items()}
    return {name: value for name, value in written.items() if 0 < len(value) <= LONGEST}


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
