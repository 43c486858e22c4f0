"""One test photo per class at every level, as it was shown."""

from __future__ import annotations

from study.models import Item, Stimulus, Study


def gallery_of(study: Study) -> list[tuple[Item, list[Stimulus]]]:
    """Return the first test photo of every class with its stimuli, light to heavy."""
    rows = []
    for category in study.categories.all():
        item = category.items.filter(split=Item.Split.TEST).first()
        stimuli = list(item.stimuli.select_related("level").order_by("level__number")) if item else []
        if item and stimuli:
            rows.append((item, stimuli))
    return rows
