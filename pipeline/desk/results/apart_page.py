"""Gallery of an analysis: photos that people know and the machine does not, and the reverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.desk.access import own_study
from pipeline.exports.machine_answers import machine_of
from pipeline.models import Analysis, CropMaps
from stats.agreement.apart_results import LevelApart, PhotoApart
from study.models import Stimulus, StudyVersion

Place = tuple[int, int]  # row of the photo, number of the level


@dataclass(frozen=True)
class ShownPhoto:
    """A photo with its answers, its crop as it was shown, and where attention lay in the whole photo."""

    photo: PhotoApart
    stimulus: Stimulus
    maps: int | None  # row of the attention by which the crop was cut; none at level 0
    outside: tuple[tuple[str, str], ...] = ()  # machines from outside, and what each answered

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the crop, in hundredths of the photo."""
        crop = self.stimulus
        sides = (crop.left, crop.top, crop.window_width, crop.window_height)
        left, top, width, height = (round(100 * side, 2) for side in sides)
        return left, top, width, height


@dataclass(frozen=True)
class ShownLevel:
    """One level of the gallery."""

    level: LevelApart
    people_know: list[ShownPhoto]
    machine_knows: list[ShownPhoto]


@require_GET
@staff_member_required
def apart(request: HttpRequest, code: str, analysis_id: int) -> HttpResponse:
    """Show the photos on which people and machine lie apart, level by level."""
    analyses = own_study(request, code).analyses.select_related("study", "version")
    analysis = get_object_or_404(analyses, pk=analysis_id)
    context = {
        "study": analysis.study,
        "analysis": analysis,
        "levels": levels_apart(analysis),
        "title": f"Photos apart: {analysis.study}",
    }
    return render(request, "pipeline/apart.html", context)


def levels_apart(analysis: Analysis) -> list[ShownLevel] | None:
    """Return the gallery of an analysis; None of one that was computed before there were galleries."""
    if analysis.photos_apart is None:
        return None
    levels = msgspec.convert(analysis.photos_apart, list[LevelApart])
    by = analysis.version.renumbered_by
    places = {(int(photo.item_id) + by, int(level.crop_level)) for level in levels for photo in level.shown}
    shown = _Shown(by, _stimuli(places), _maps(places), _outside(analysis.version, places))
    return [
        ShownLevel(
            level,
            list(shown.of(level, level.people_know)),
            list(shown.of(level, level.machine_knows)),
        )
        for level in levels
    ]


@dataclass(frozen=True)
class _Shown:
    """What is known of the photos of a gallery, by their places."""

    by: int  # what an import added to the numbers of rows
    stimuli: dict[Place, Stimulus]
    maps: dict[Place, int]
    outside: dict[Place, list[tuple[str, str]]]

    def of(self, level: LevelApart, photos: Iterable[PhotoApart]) -> Iterator[ShownPhoto]:
        """Iterate over photos whose crop is still there."""
        for photo in photos:
            place = int(photo.item_id) + self.by, int(level.crop_level)
            if place in self.stimuli:
                answers = tuple(self.outside.get(place, ()))
                yield ShownPhoto(photo, self.stimuli[place], self.maps.get(place), answers)


def _outside(version: StudyVersion, places: set[Place]) -> dict[Place, list[tuple[str, str]]]:
    """Return what each machine from outside answered to these photos: a class, or why there is none."""
    answers: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for machine in machine_of(version).outside:
        for answer in machine.answers:
            place = answer.shown["item_id"] + version.renumbered_by, answer.level
            if place in places:
                answers[place].append((machine.name, answer.response or answer.state))
    return answers


def _stimuli(places: set[Place]) -> dict[Place, Stimulus]:
    items = {item for item, _ in places}
    rows = Stimulus.objects.filter(item__in=items).select_related("item", "level")
    return {(row.item_id, row.level.number): row for row in rows}


def _maps(places: set[Place]) -> dict[Place, int]:
    items = {item for item, _ in places}
    rows = CropMaps.objects.filter(item__in=items, current=True).values_list("item", "level__number", "pk")
    return {(item, level): pk for item, level, pk in rows}
