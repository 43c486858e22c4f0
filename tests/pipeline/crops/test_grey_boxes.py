"""Grey boxes: the crop rule's bargain, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.checks.controls import same_resolution
from pipeline.crops.grey_boxes import (
    GRID,
    choose_cover,
    cover,
    cover_first,
    from_hex,
    random_order,
    rim_order,
    to_hex,
)
from pipeline.crops.windows import LEAST_SUBJECT, CropError
from study.models import Stimulus


def blob(row: int, column: int, size: int = 28) -> np.ndarray:
    """All mass in the 4 x 4 pixels that begin at a place of a map."""
    values = np.zeros((size, size))
    values[row : row + 4, column : column + 4] = 1.0
    return values


def test_what_is_attended_and_is_not_the_subject_goes_first() -> None:
    """Two cells by two hold the attention (rows 0-1), two by two the subject (rows 7-8)."""
    subject, attention = blob(14, 14), blob(0, 0)
    barely = choose_cover(subject, attention, side=0.99)
    assert barely.cells.sum() == 4
    assert barely.cells[:2, :2].all()
    assert barely.attention_kept == pytest.approx(0.0, abs=1e-9)
    assert barely.subject_kept == pytest.approx(1.0)


def test_the_subject_goes_last() -> None:
    heavy = choose_cover(blob(14, 14), blob(0, 0), side=0.2)
    assert heavy.subject_kept == pytest.approx(1.0)
    assert not heavy.cells[7:9, 7:9].any()


def test_boxes_leave_most_of_a_subject_that_draws_all_attention() -> None:
    """The attended body and a faint shadow: lambda alone would cover the body and show the shadow."""
    body = blob(4, 4)
    subject = body + 0.2 * blob(20, 20)
    bargain = choose_cover(subject, body, side=0.15, attention_weight=1.0)
    best = choose_cover(subject, body, side=0.15, attention_weight=0.0)
    assert bargain.subject_kept >= LEAST_SUBJECT * best.subject_kept


@pytest.mark.parametrize("side", [0.9, 0.66, 0.5, 0.3])
def test_a_level_covers_as_much_as_its_crop_would_cut_away(side: float) -> None:
    cells = choose_cover(blob(3, 3), blob(9, 9), side=side).cells
    assert cells.mean() == pytest.approx(1 - side**2, abs=0.5 / GRID**2)


def test_heavier_levels_keep_covered_what_lighter_ones_covered() -> None:
    rng = np.random.default_rng(3)
    subject, before = rng.random((28, 28)), None
    for side in (0.8, 0.6, 0.4, 0.2):
        cells = choose_cover(subject, rng.random((28, 28)), side=side, within=before).cells
        assert before is None or cells[before].all()
        before = cells


def test_covered_cells_are_grey_and_the_others_are_the_photos_own() -> None:
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 256, (140, 280, 3), dtype=np.uint8))
    cells = np.zeros((GRID, GRID), dtype=bool)
    cells[2, 5] = True
    seen, own = np.asarray(cover(photo, cells)), np.asarray(photo)
    assert (seen[20:30, 100:120] == 128).all()
    outside = np.ones((140, 280), dtype=bool)
    outside[20:30, 100:120] = False
    assert np.array_equal(seen[outside], own[outside])


def test_cells_survive_storage() -> None:
    for seed in range(5):
        cells = np.random.default_rng(seed).random((GRID, GRID)) < 0.3
        assert np.array_equal(from_hex(to_hex(cells)), cells)
    assert len(to_hex(np.ones((GRID, GRID), dtype=bool))) <= 64
    assert not from_hex("").any()


def test_the_controls_cover_as_much_as_the_rule_does() -> None:
    shown = ~cover_first(rim_order(), 0.5)
    assert shown.sum() == round(0.25 * GRID**2)
    assert shown[GRID // 2, GRID // 2]
    assert not shown[0].any()
    chance = [cover_first(random_order(np.random.default_rng(seed)), 0.5) for seed in range(2)]
    assert not np.array_equal(*chance)


@pytest.mark.parametrize("size", [(140, 280), (70, 140)])
def test_the_whole_photo_is_shown_at_the_resolution_of_what_people_see(size: tuple[int, int]) -> None:
    """A boxed photo loses no resolution, a crop does."""
    assert same_resolution(Image.new("RGB", (140, 280)), Stimulus(width=size[0], height=size[1])).size == size


def test_levels_out_of_order_and_broken_maps_are_refused() -> None:
    with pytest.raises(CropError, match="light to heavy"):
        cover_first(rim_order(), 0.9, before=np.ones((GRID, GRID), dtype=bool))
    with pytest.raises(CropError, match="attention map"):
        choose_cover(blob(0, 0), -blob(0, 0), side=0.5)
