"""One test photo per class at every level: what is being asked, at a glance."""

from __future__ import annotations

from study.models import Item, Stimulus, Study


def gallery_of(study: Study) -> list[tuple[Item, list[Stimulus]]]:
    rows = []
    for category in study.categories.all():
        item = category.items.filter(split=Item.Split.TEST).first()
        stimuli = list(item.stimuli.select_related("level").order_by("level__number")) if item else []
        if item and stimuli:
            rows.append((item, stimuli))
    return rows
