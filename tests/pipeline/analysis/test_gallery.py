"""The gallery: one test photo of each class, at every level that it has."""

from __future__ import annotations

import pytest

from pipeline.analysis.gallery import gallery_of, gallery_rows
from study.models import Item, Stimulus, Study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return draft_study()


def photos_of(study: Study, name: str) -> list[Item]:
    return list(study.items.filter(category__name=name, split="test").order_by("pk"))


def shown(study: Study) -> dict[str, Item]:
    return {item.category.name: item for item, _ in gallery_of(study)}


def test_it_is_the_first_photo_that_has_every_level(study: Study) -> None:
    first, second, *_ = photos_of(study, "dunk")
    assert shown(study)["dunk"] == first
    first.stimuli.get(level__number=2).delete()
    assert shown(study)["dunk"] == second


def test_where_none_has_every_level_it_is_the_first_with_most(study: Study) -> None:
    first, second, *others = photos_of(study, "dunk")
    for photo in (first, *others):
        photo.stimuli.filter(level__number__gt=0).delete()
    second.stimuli.get(level__number=2).delete()
    assert shown(study)["dunk"] == second


def test_a_class_without_a_crop_is_left_out(study: Study) -> None:
    Stimulus.objects.filter(item__category__name="dunk").delete()
    assert set(shown(study)) == {"dribble", "shoot"}


def test_the_desk_gets_the_same_crops_as_the_report_light_to_heavy(study: Study) -> None:
    assert [
        (category, [(crop.stimulus, crop.level) for crop in crops]) for category, crops in gallery_rows(study)
    ] == [
        (item.category.name, [(crop.pk, crop.level.number) for crop in crops])
        for item, crops in gallery_of(study)
    ]
    assert [crop.level for crop in gallery_rows(study)[0][1]] == [0, 1, 2]
