"""What crop review shows of each crop of a level: plain data for the page and for its answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pipeline.actions.crop_review import reviewable_crops
from pipeline.crops.people_seen import people_in
from pipeline.models import CropMaps
from study.models import Level, Stimulus, Study
from study.models.studies import LevelFamily

Card = dict[str, Any]


def cards_of(level: Level, ids: Iterable[int] | None = None) -> list[Card]:
    """Return the crops of a level, or these of them, the doubtful ones first; in two queries."""
    crops = reviewable_crops(level).select_related("item__category")
    chosen = list(crops if ids is None else crops.filter(pk__in=list(ids)))
    chosen.sort(key=_doubt)
    maps = CropMaps.objects.filter(level=level, item__in=[crop.item_id for crop in chosen], current=True)
    rows = dict(maps.values_list("item", "pk"))
    return [_Card(crop, level, level.study, rows.get(crop.item_id)).data() for crop in chosen]


def _doubt(crop: Stimulus) -> tuple[bool, bool, float, float, int]:
    """Return what crops are sorted by: not reviewed, doubtful person, least subject in sight, smallest."""
    in_sight = 0.0 if crop.subject_kept is None else crop.subject_kept
    reviewed = crop.review != Stimulus.Review.PENDING
    return reviewed, not crop.people_alike, in_sight, crop.subject_fill or 0.0, crop.pk


@dataclass(frozen=True)
class _Card:
    crop: Stimulus
    level: Level
    study: Study
    maps: int | None  # row of the maps that it was cut by

    def data(self) -> Card:
        crop, item = self.crop, self.crop.item
        return {
            "id": crop.pk,
            "item": item.pk,
            "name": item.category.name,
            "review": crop.review,
            "byHand": crop.by_hand,
            "image": f"{reverse('pipeline:stimulus', args=[crop.pk])}?v={crop.sha256[:12]}",
            "size": [crop.width, crop.height],
            "photo": reverse("pipeline:item", args=[item.pk]) + f"?v={item.pk}",
            "photoSize": [item.width, item.height],
            "window": [crop.left, crop.top, crop.window_width, crop.window_height],
            "overlays": self._overlays(),
            "figures": " ".join(self._sentences()),
            "rule": self._rule(),
            "people": people_in(item).boxes,
            "seenAs": "Part" if people_in(item).are_parts else "Person",
            "subject": item.picked,
            "waits": item.outdated_from is not None and item.outdated_from <= self.level.number,
        }

    def _overlays(self) -> dict[str, str] | None:
        if self.maps is None:
            return None
        names = ("subject", "attention")
        return {name: reverse("pipeline:crop-map", args=[self.maps, name]) for name in names}

    def _rule(self) -> dict[str, float] | None:
        """Return which windows may be drawn, in shares of the photo; None where none may."""
        crop, item = self.crop, self.crop.item
        if self.level.number == 0 or crop.covered or crop.review == Stimulus.Review.UNCLEAR:
            return None
        if self.study.level_family != LevelFamily.SUBJECT:
            aspect = crop.window_height / crop.window_width
            return {"aspect": aspect, "least": crop.window_width, "most": crop.window_width}
        return {
            "aspect": item.width / item.height,
            "least": self.level.least_pixels / item.width,
            "most": min(1.0, item.height / item.width),
        }

    def _sentences(self) -> Sequence[str]:
        crop, people = self.crop, people_in(self.crop.item)
        if self.level.number == 0:
            return ["The whole photo."]
        if crop.subject_kept is None or crop.attention_kept is None:
            sentences = ["What it keeps of the subject is not known yet."]
        else:
            fills = "" if crop.subject_fill is None else f", which fills {_percent(crop.subject_fill)} of it"
            sentences = [
                f"Keeps {_percent(crop.subject_kept)} of the subject{fills}, and "
                f"{_percent(crop.attention_kept)} of what drew attention."
            ]
        if crop.subject_source:
            sentences.append(f"Subject: {crop.get_subject_source_display()}.")
        if crop.people_alike and people.are_parts:
            sentences.append(f"{len(people.boxes)} parts of the photo stand out alike: which is the subject?")
        elif crop.people_alike:
            sentences.append("Another person of like size is in the photo.")
        if len(people.boxes) > 1 and people.taken is not None and not crop.item.picked:
            sentences.append(f"The study's rule takes person {people.taken + 1} of {len(people.boxes)}.")
        return sentences


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
