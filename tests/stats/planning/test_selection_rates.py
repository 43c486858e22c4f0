"""Simulated searches: no drop is declared where none is, although the same people would declare it."""

from __future__ import annotations

import numpy as np
import pytest

from stats.designs.minimal_crops.crop_trees import Rule
from stats.designs.minimal_crops.split_selection import select
from stats.planning.other_studies.selection_rates import draw_trees, false_drops


@pytest.mark.thorough
def test_split_samples_declare_no_drop_and_the_people_who_selected_do() -> None:
    by_halves, by_the_same = false_drops(20, np.random.default_rng(0))
    assert sum(by_halves) <= 1
    assert sum(by_the_same) > 12


def test_a_planted_drop_is_found_in_the_smallest_crops() -> None:
    selected = select(draw_trees(np.random.default_rng(1), drop=0.45), Rule(), splits=20, alpha=0.05, seed=0)
    assert selected.people.drop.ci_low is not None
    assert selected.people.drop.ci_low > 0.1
