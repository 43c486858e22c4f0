"""Gallery of an analysis: photos that people know and a machine does not, and the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pipeline.desk.access import own_study
from pipeline.models import Analysis, CropMaps
from stats.agreement.apart_results import LevelApart, MachineApart, PhotoApart
from study.models import Stimulus

Place = tuple[int, int]  # row of the photo, number of the level


@dataclass(frozen=True)
class ShownPhoto:
    """A photo with its answers, its crop as it was shown, and where attention lay in the whole photo."""

    photo: PhotoApart
    stimulus: Stimulus
    maps: int | None  # row of the attention by which the crop was cut; none at level 0

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
    """Show the photos on which people and a machine lie apart, level by level."""
    analyses = own_study(request, code).analyses.select_related("study", "version")
    analysis = get_object_or_404(analyses, pk=analysis_id)
    machines = machines_apart(analysis)
    number = _number(request, len(machines or ()))
    machine = machines[number - 1] if machines and number else None
    context = {
        "study": analysis.study,
        "analysis": analysis,
        "machines": machines,
        "number": number,
        "machine": machine,
        "levels": levels_apart(analysis, machine),
        "title": f"Photos apart: {analysis.study}",
    }
    return render(request, "pipeline/apart.html", context)


def _number(request: HttpRequest, machines: int) -> int:
    """Return which machine is asked for, from 1; 0 stands for the one that the verdict judges."""
    numbers = {str(number): number for number in range(machines + 1)}
    asked = request.GET.get("machine", "0")
    if asked not in numbers:
        raise Http404
    return numbers[asked]


def machines_apart(analysis: Analysis) -> list[MachineApart] | None:
    """Return the gallery of each machine; None of an analysis from before machines had galleries."""
    if analysis.machines_apart is None:
        return None
    return msgspec.convert(analysis.machines_apart, list[MachineApart])


def levels_apart(analysis: Analysis, machine: MachineApart | None = None) -> list[ShownLevel] | None:
    """Return the gallery of a machine, or of the one that the verdict judges.

    None of an analysis that was computed before there were galleries.
    """
    if analysis.photos_apart is None:
        return None
    levels = machine.levels if machine else msgspec.convert(analysis.photos_apart, list[LevelApart])
    with_maps = machine is None or not machine.outside
    shown = _Shown.of(levels, analysis.version.renumbered_by, with_maps=with_maps)
    return [
        ShownLevel(
            level,
            list(shown.photos(level, level.people_know)),
            list(shown.photos(level, level.machine_knows)),
        )
        for level in levels
    ]


@dataclass(frozen=True)
class _Shown:
    """What is known of the photos of a gallery, by their places."""

    by: int  # what an import added to the numbers of rows
    stimuli: dict[Place, Stimulus]
    maps: dict[Place, int]

    @classmethod
    def of(cls, levels: Sequence[LevelApart], by: int, *, with_maps: bool) -> _Shown:
        """Read the crops; and their attention, which is that of networks of this study."""
        items = {int(photo.item_id) + by for level in levels for photo in level.shown}
        crops = Stimulus.objects.filter(item__in=items).select_related("item", "level")
        maps = CropMaps.objects.filter(item__in=items if with_maps else (), current=True)
        return cls(
            by,
            {(crop.item_id, crop.level.number): crop for crop in crops},
            {(item, level): pk for item, level, pk in maps.values_list("item", "level__number", "pk")},
        )

    def photos(self, level: LevelApart, photos: Iterable[PhotoApart]) -> Iterator[ShownPhoto]:
        """Iterate over photos whose crop is still there."""
        for photo in photos:
            place = int(photo.item_id) + self.by, int(level.crop_level)
            if place in self.stimuli:
                yield ShownPhoto(photo, self.stimuli[place], self.maps.get(place))
