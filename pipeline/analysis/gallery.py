"""One test photo per class at every level, as it was shown."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Count, OuterRef, Subquery

from study.models import Item, Stimulus, Study


def gallery_of(study: Study) -> list[tuple[Item, list[Stimulus]]]:
    """Return the first test photo of every class that has most levels, with its stimuli, light to heavy."""
    photos = Item.objects.filter(category=OuterRef("pk"), split=Item.Split.TEST)
    best = photos.values("pk").annotate(levels=Count("stimuli")).order_by("-levels", "pk").values("pk")[:1]
    first = study.categories.annotate(photo=Subquery(best)).values_list("photo", flat=True)
    stimuli = Stimulus.objects.filter(item__in=list(first)).select_related("item__category", "level")
    ordered = stimuli.order_by("item__category__position", "item", "level__number")
    return [(item, list(crops)) for item, crops in groupby(ordered, key=lambda stimulus: stimulus.item)]
