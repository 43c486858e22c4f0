"""One test photo per class at every level, as it was shown."""

from __future__ import annotations

from django.db.models import Count

from study.models import Item, Stimulus, Study


def gallery_of(study: Study) -> list[tuple[Item, list[Stimulus]]]:
    """Return the first test photo of every class that has most levels, with its stimuli, light to heavy."""
    rows: list[tuple[Item, list[Stimulus]]] = []
    for category in study.categories.all():
        photos = category.items.filter(split=Item.Split.TEST).annotate(levels=Count("stimuli"))
        item = photos.order_by("-levels", "pk").first()
        stimuli = list(item.stimuli.select_related("level").order_by("level__number")) if item else []
        if item and stimuli:
            rows.append((item, stimuli))
    return rows
