"""What a stored analysis rests on, as its report prints it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F

from pipeline.analysis.freezing import remarks_of
from pipeline.crops.levels import photos_without_crop
from pipeline.exports.machine_answers import machine_of
from pipeline.exports.outside.outside_machines import said_of_outside
from pipeline.exports.registering.planned_trials import how_asked, on_several_days
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.exports.sizes_shown import sizes_on_screens
from pipeline.pilot.pilot_outcome import stored_outcome
from pipeline.searches.searches_told import searches_told
from stats.apa import count
from stats.decision.results import Verdict
from stats.report.content import Facts
from study.models import Pilot, SessionPart, Stimulus, StudyVersion
from study.parts.return_figures import return_figures

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
    """Return hashes, versions and every setting of the frozen version."""
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
            *how_many_came_back(version, analysis.mode),
            *sizes_on_screens(version, analysis.mode),
            *_left_out(version),
            *how_much_learnt(version),
            *searches_told(machine_of(version), fallen_levels(analysis), version.design.task),
            *said_of_outside(machine_of(version)),
            *may_leave(version),
            *([analysis.cause] if analysis.cause else []),
        ),
        cut_away=_cut_away(version),
        loop_ended=remarks_of(version).loop_ended,
        pilot=stored_outcome(Pilot.objects.of(version.study)) if version.design.pilot else None,
    )


def fallen_levels(analysis: Analysis) -> list[int]:
    """Return the levels at which the machine is shown to be below the ceiling; none without a verdict."""
    if analysis.result is None:
        return []
    verdict = Verdict.from_dict(analysis.result)
    alpha = verdict.criteria.alpha
    return [int(level.crop_level) for level in verdict.levels if level.machine and level.machine.p <= alpha]


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


def how_much_learnt(version: StudyVersion) -> Iterator[str]:
    """Yield how much of each network was trained, where it was adapters or the head alone."""
    for architecture, words in machine_of(version).learnt.items():
        yield f"Training of {architecture}: {words}."


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


def how_many_came_back(version: StudyVersion, mode: str) -> Iterator[str]:
    """Yield by which rule people had several parts, how many came back for each, and after which time."""
    if not version.design.is_on_several_days:
        return
    yield from on_several_days(version.design)
    begun = SessionPart.objects.filter(session__participant__version=version, session__participant__mode=mode)
    times = begun.values_list("session", "number", "began_at", "ended_at")
    for figures in return_figures(times, version.design.parts):
        awaited = count(figures.awaited, "person", "people")
        yield (
            f"Part {figures.part}: begun by {figures.began} of {awaited} who had done the part before, "
            f"done by {figures.done}"
            + ("." if figures.gap_hours is None else f"; {figures.gap_hours:.1f} hours between (median).")
        )


def shown_at(version: StudyVersion) -> Iterator[str]:
    """Yield with how many pixels the crops of each level were shown, where these are as many for all."""
    levels = version.study.levels.filter(crop_pixels__isnull=False)
    if sizes := ", ".join(f"{level.crop_pixels} at level {level.number}" for level in levels):
        yield (
            f"All crops of a level are equally sharp, for people and machine: pixels a side {sizes}. So no "
            "crop shows by its sharpness how large its window was."
        )


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
