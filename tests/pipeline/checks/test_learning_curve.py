"""The learning curve as a finding: whose it is, and what it stands in for."""

from __future__ import annotations

import numpy as np
import pytest

from attacker.config import AttackerConfig
from attacker.evaluation.learning_curves import LearningCurve
from attacker.evaluation.power_law import Improvement, fit_power_law
from pipeline.checks.learning_curve import _finding

SIZES = np.array([10.0, 20.0, 40.0, 80.0])
ERRORS = np.array([[0.5, 0.52], [0.4, 0.42], [0.33, 0.34], [0.3, 0.32]])


@pytest.fixture
def curve() -> LearningCurve:
    gain = Improvement(
        fit_power_law(np.repeat(SIZES, 2), ERRORS.ravel()), 80, 0.004, -0.001, 0.01, 0.2, 0.3, 0.95
    )
    return LearningCurve(SIZES, (0, 1), ERRORS, gain)


def test_the_studys_own_recipe_stands_in_for_nothing(curve: LearningCurve) -> None:
    found = _finding(curve, AttackerConfig.quick(), 0.02, stands_in=False)
    assert found.values["stand_in"] is None
    assert "stands in" not in found.says
    assert not found.concern


def test_a_quicker_recipe_says_what_it_stands_in_for_and_how_far_it_got(curve: LearningCurve) -> None:
    found = _finding(curve, AttackerConfig.quick(), 0.02, stands_in=True)
    assert found.values["stand_in"] == pytest.approx(1 - 0.31)
    assert "stands in for the attacks' own" in found.says
