"""Levels by grey boxes behind the interface of all families: what they hide, and what the controls hide."""

from __future__ import annotations

import numpy as np

from pipeline.crops.grey_boxes import GRID, Cover, to_hex
from pipeline.crops.level_families import Seen, choose, drawn_attention, hide_anywhere, hide_rim
from study.models import Item, Level, Stimulus, Study
from study.models.studies import LevelFamily

HALF = 0.7071  # side of a crop of half of the area
LEVEL = Level(number=1, side=HALF, study=Study(level_family=LevelFamily.BOX, attention_weight=1.0))
ITEM = Item(width=100, height=100)
EVERYWHERE = np.ones((GRID, GRID))


def stimulus(covered: str = "") -> Stimulus:
    return Stimulus(item=ITEM, level=LEVEL, covered=covered)


def covered(hiding: object) -> np.ndarray:
    assert isinstance(hiding, Cover)
    assert hiding.cells.sum() == GRID * GRID // 2
    return hiding.cells


def test_what_the_machine_attends_to_is_covered() -> None:
    attention = np.zeros((GRID, GRID))
    attention[:4, :4] = 1.0
    before = stimulus(to_hex(np.zeros((GRID, GRID), dtype=bool)))
    cells = covered(choose(EVERYWHERE, [Seen(before, attention)], LEVEL))
    assert cells[:4, :4].all()


def test_what_the_lighter_level_covers_stays_covered() -> None:
    lighter = np.zeros((GRID, GRID), dtype=bool)
    lighter[-3:, -3:] = True
    attention = np.zeros((GRID, GRID))
    attention[0, 0] = 1.0
    cells = covered(choose(EVERYWHERE, [Seen(stimulus(to_hex(lighter)), attention)], LEVEL))
    assert cells[lighter].all()
    assert cells[0, 0]


def test_a_level_is_cut_by_the_attention_to_the_next_lighter_boxes() -> None:
    seen = [Seen(stimulus(), EVERYWHERE), Seen(stimulus(), 2 * EVERYWHERE)]
    assert (drawn_attention(seen, LEVEL) == 2).all()


def test_the_controls_cover_as_much_at_random_or_from_the_rim() -> None:
    rng = np.random.default_rng(0)
    first, second = (covered(hide_anywhere(rng, stimulus(), EVERYWHERE)) for _ in range(2))
    assert (first != second).any()
    rim = covered(hide_rim(stimulus()))
    assert rim[0].all()
    assert not rim[GRID // 2 - 2 : GRID // 2 + 2, GRID // 2 - 2 : GRID // 2 + 2].any()
