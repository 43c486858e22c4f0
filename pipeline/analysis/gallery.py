"""One test photo per class at every level, as it was shown."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from study.models import Category, Item, Level, Stimulus, Study
from study.statements.prepared_sql import PreparedQuery, PreparedValues


class Shown(NamedTuple):
    """A crop of the gallery: the class that it shows, its row, and the number of its level."""

    category: str
    stimulus: int
    level: int


def gallery_of(study: Study) -> list[tuple[Item, list[Stimulus]]]:
    """Return the first test photo of every class that has most levels, with its stimuli, light to heavy."""
    return [(item, list(crops)) for item, crops in groupby(_CROPS(study.pk), lambda crop: crop.item)]


def gallery_rows(study: Study) -> list[tuple[str, list[Shown]]]:
    """Return the same as the desk shows it: the name of each class with the numbers of its crops."""
    rows = (Shown(*row) for row in _SHOWN(study.pk))
    return [(category, list(crops)) for category, crops in groupby(rows, lambda crop: crop.category)]


def _crops(study: int) -> QuerySet[Stimulus]:
    photos = Category.objects.filter(study=study).order_by().values(photo=_photo_of_class())
    crops = Stimulus.objects.filter(item__in=photos).select_related("item__category", "level")
    return crops.order_by("item__category__position", "item", "level__number")


def _photo_of_class() -> Coalesce:
    """Return the photo; one that lacks no level is sought first, as no other needs to be looked at then."""
    tested = Item.objects.filter(category=OuterRef("pk"), split=Item.Split.TEST)
    crop = Stimulus.objects.filter(level=OuterRef("pk"), item=OuterRef(OuterRef("pk")))
    lacking = Level.objects.filter(~Exists(crop), study=OuterRef("study"))
    by_levels = tested.annotate(levels=Count("stimuli")).order_by("-levels", "pk")
    first = (tested.filter(~Exists(lacking)).order_by("pk"), by_levels)
    return Coalesce(*(Subquery(photos.values("pk")[:1]) for photos in first))


_CROPS: PreparedQuery[Stimulus] = PreparedQuery(_crops, int)
_SHOWN = PreparedValues(
    lambda study: _crops(study).values_list("item__category__name", "pk", "level__number"), int
)
