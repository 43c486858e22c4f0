"""Levels of a block: near what a person needs, by chances that are known and never zero."""

from __future__ import annotations

import numpy as np
import pytest

from stats.individual_thresholds.person_posterior import Curves, Posterior
from study.adaptive.block_levels import draw_levels

AMOUNTS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18)


def known_person() -> Posterior:
    """Somebody who needs about the third level: right at lighter ones, guessing at heavier ones."""
    posterior = Posterior.prior(Curves.over(AMOUNTS, 1 / 3, 0.75))
    for level, right in [(0, True), (1, True), (2, True), (3, False), (4, False), (5, False)] * 5:
        posterior = posterior.after(level, right)
    return posterior


def test_most_photos_come_near_the_level_that_the_person_needs() -> None:
    drawn = draw_levels(known_person(), 400, 0.2, np.random.default_rng(0))
    near = [level for level in drawn if level.place in (2, 3)]
    assert len(near) > 300


def test_every_chance_is_as_large_as_the_even_share_makes_it() -> None:
    drawn = draw_levels(known_person(), 400, 0.3, np.random.default_rng(0))
    assert min(level.probability for level in drawn) == pytest.approx(0.3 / len(AMOUNTS), rel=0.2)
    assert {level.place for level in drawn} == set(range(len(AMOUNTS)))


@pytest.mark.thorough
def test_weighing_by_the_chances_undoes_what_the_answers_chose() -> None:
    """The weights of the photos at each level add up to all photos, on average over many blocks."""
    rng, posterior, blocks, photos = np.random.default_rng(1), known_person(), 1500, 5
    total = np.zeros(len(AMOUNTS))
    for _ in range(blocks):
        for level in draw_levels(posterior, photos, 0.3, rng):
            total[level.place] += 1 / level.probability
    np.testing.assert_allclose(total / (blocks * photos), 1.0, atol=0.12)
