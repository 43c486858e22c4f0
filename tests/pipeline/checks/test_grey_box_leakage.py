"""Boxes whose places go with a class give it away, and a classifier that sees no pixel says so."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.checks.grey_box_leakage import check_cover
from pipeline.checks.result_types import CoverResult
from pipeline.crops.grey_boxes import GRID, cover_first, random_order, to_hex
from study.models import Item, Stimulus, Study
from study.models.studies import LevelFamily
from tests.pipeline.checks.coloured import PatientClaim
from tests.study.factories import add_photos, draft_study

pytestmark = pytest.mark.django_db
SIDE = 0.7  # half of the cells are covered


def covered_study(*, told_by_class: bool) -> Study:
    """Cells are covered at random; or from the left, the right or the top, as the class is."""
    study = draft_study(sides=(1.0, SIDE), level_family=LevelFamily.BOX, test_photos=8)
    add_photos(study.categories.all(), Item.Split.TRAIN, study.levels.all(), 8)
    rng, rows = np.random.default_rng(3), np.arange(GRID * GRID).reshape(GRID, GRID)
    orders = [rows.T.ravel(), rows.T.ravel()[::-1], rows.ravel()]
    for stimulus in Stimulus.objects.filter(level__study=study, level__number=1).select_related(
        "item__category"
    ):
        order = orders[stimulus.item.category.position] if told_by_class else random_order(rng)
        stimulus.covered = to_hex(cover_first(order, SIDE))
        stimulus.save(update_fields=["covered"])
    return study


@pytest.mark.parametrize("told_by_class", [True, False])
def test_places_of_boxes_are_a_concern_where_they_tell_the_class(told_by_class: bool) -> None:
    level = covered_study(told_by_class=told_by_class).levels.get(number=1)
    result = check_cover(level, PatientClaim()).result  # type: ignore[arg-type]
    assert isinstance(result, CoverResult)
    assert result.photos == 24
    assert (result.accuracy == 1.0) == told_by_class
    assert result.concern == result.above_chance == told_by_class
    assert ("the boxes themselves give the class away" in result.summary) == told_by_class
    assert ("no removal artefact is detected" in result.summary) != told_by_class
