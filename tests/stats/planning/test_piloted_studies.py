"""Studies whose crops a pilot chose: their planted truth, and a choice that does not bias the verdict."""

from __future__ import annotations

import numpy as np
import pytest

from stats.planning.error_rates import FLOOR_EVERYWHERE, NO_SWEET_SPOT
from stats.planning.piloted_studies import PHOTOS, piloted_declarations, piloted_study
from stats.planning.piloted_truth import world

FLOOR = NO_SWEET_SPOT[FLOOR_EVERYWHERE]


@pytest.mark.thorough
def test_the_accuracies_on_photos_that_come_through_are_those_that_were_planted() -> None:
    rng = np.random.default_rng(0)
    there = world([0.97, 0.85, 0.85], [0.95, 0.75, 0.5], rng)
    studies = [piloted_study(there, rng) for _ in range(150)]
    people = np.mean([[level.correct.mean() for level in study.human] for study in studies], axis=0)
    machine = np.mean([[level.correct.mean() for level in study.machine] for study in studies], axis=0)
    photos = np.mean([study.human[0].n_items for study in studies])
    assert people == pytest.approx([0.97, 0.85, 0.85], abs=0.012)
    assert machine == pytest.approx([0.95, 0.75, 0.5], abs=0.02)
    assert photos == pytest.approx(PHOTOS, rel=0.05)


def test_on_all_photos_people_are_below_the_floor_that_they_reach_on_those_they_chose() -> None:
    there = world([0.97, 0.85], [0.95, 0.5], np.random.default_rng(0))
    assert there.survival < 0.9


@pytest.mark.thorough
def test_a_true_sweet_spot_is_still_seen_after_a_pilot() -> None:
    assert np.mean(piloted_declarations([0.97, 0.95], [0.95, 0.4], 10, np.random.default_rng(0))) == 1.0


@pytest.mark.thorough
def test_the_pilots_own_answers_would_declare_sweet_spots_that_are_none() -> None:
    rng = np.random.default_rng(0)
    assert np.mean(piloted_declarations(*FLOOR, 40, rng, reuse=True)) > 0.3


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NO_SWEET_SPOT)
def test_a_pilot_declares_no_more_false_sweet_spots_than_promised(name: str) -> None:
    declared = piloted_declarations(*NO_SWEET_SPOT[name], 400, np.random.default_rng(11))
    assert np.mean(declared) <= 0.06 + 0.02  # of 400 runs: under two standard errors of a rate of .06
