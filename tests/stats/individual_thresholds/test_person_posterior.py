"""The posterior of a person's threshold is that of QUEST+, and holds a planted truth."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from stats.individual_thresholds.person_posterior import Curves, Posterior, right_under

# What questplus 2023.1 (GPL-3, and too heavy for a web process) says of the same curves and answers:
# posterior, chosen level and its expected entropy before each answer, by func="norm_cdf" over ln x.
REFERENCE = json.loads((Path(__file__).parent / "questplus_2023_1.json").read_text())
AMOUNTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.22, 0.16, 0.12)


def reference_curves(case: str) -> Curves:
    """The reference's curves: with half of the room above guessing, a threshold is the mean of the curve."""
    guess, lapse = REFERENCE["guess"], REFERENCE["lapse"]
    return Curves(
        tuple(REFERENCE["amounts"]),
        guess,
        accuracy=guess + (1 - guess - lapse) / 2,
        thresholds=tuple(REFERENCE["thresholds"]),
        spreads=tuple(REFERENCE["cases"][case]["spreads"]),
        lapses=(lapse,),
    )


@pytest.mark.parametrize("case", ["one spread", "three spreads"])
def test_the_posterior_is_that_of_questplus(case: str) -> None:
    posterior = Posterior.prior(reference_curves(case))
    for level, right in REFERENCE["answers"]:
        posterior = posterior.after(level, right)
    np.testing.assert_allclose(posterior.weights, REFERENCE["cases"][case]["posterior"], rtol=1e-9)


def test_with_one_spread_the_chosen_levels_and_their_entropies_are_those_of_questplus() -> None:
    posterior = Posterior.prior(reference_curves("one spread"))
    for (level, right), expected in zip(
        REFERENCE["answers"], REFERENCE["cases"]["one spread"]["steps"], strict=True
    ):
        assert posterior.best_level() == expected["level"]
        assert posterior.expected_entropies().min() == pytest.approx(expected["entropy"], rel=1e-9)
        posterior = posterior.after(level, right)


def test_a_curve_passes_its_threshold_with_the_wanted_accuracy_between_guessing_and_lapses() -> None:
    curves = Curves((1e6, 0.3, 1e-6), 0.25, 0.8, thresholds=(math.log(0.3),))
    right = right_under(curves)[:, 0]
    assert right[1] == pytest.approx(0.8)
    assert sorted(set(right[0].round(9))) == [0.95, 0.99]
    assert right[2] == pytest.approx(0.25)


@pytest.mark.parametrize("truth", [0.2, 0.35, 0.6])
def test_a_planted_threshold_is_found(truth: float) -> None:
    rng = np.random.default_rng(7)
    curves = Curves.over(AMOUNTS, 1 / 3, 0.75)
    planted = Curves(AMOUNTS, 1 / 3, 0.75, thresholds=(math.log(truth),), spreads=(0.2,), lapses=(0.01,))
    chance = right_under(planted)[:, 0, 0]
    posterior = Posterior.prior(curves)
    for _ in range(150):
        level = posterior.best_level()
        posterior = posterior.after(level, bool(rng.random() < chance[level]))
    low, high = posterior.threshold_interval()
    assert low < truth < high
    assert high / low < 1.6
    assert posterior.weights.sum() == pytest.approx(1)
