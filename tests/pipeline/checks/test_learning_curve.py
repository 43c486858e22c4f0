"""The learning curve as a result: whose it is, what it stands in for, and when it is a concern."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attacker.config import AttackerConfig
from attacker.evaluation.learning_curves import LearningCurve
from attacker.evaluation.power_law import Improvement, fit_power_law
from pipeline.checks.learning_curve import curve_config, curve_result

SIZES = np.array([10.0, 20.0, 40.0, 80.0])
ERRORS = np.array([[0.5, 0.52], [0.4, 0.42], [0.33, 0.34], [0.3, 0.32]])
WHOLE = AttackerConfig(finetune_depth=None)


@pytest.fixture
def curve() -> LearningCurve:
    gain = Improvement(
        fit_power_law(np.repeat(SIZES, 2), ERRORS.ravel()), 80, 0.004, -0.001, 0.01, 0.2, 0.3, 0.95
    )
    return LearningCurve(SIZES, (0, 1), ERRORS, gain)


def test_the_studys_own_recipe_stands_in_for_nothing(curve: LearningCurve) -> None:
    result = curve_result(curve, AttackerConfig.quick(), 0.02, stands_in=False)
    assert result.stand_in is None
    assert "stands in" not in result.summary
    assert "so it cannot improve" in result.summary
    assert not result.concern


def test_a_quicker_recipe_says_what_it_stands_in_for_and_how_far_it_got(curve: LearningCurve) -> None:
    result = curve_result(curve, AttackerConfig.quick(), 0.02, stands_in=True)
    assert result.stand_in == pytest.approx(1 - 0.31)
    assert "stands in for the attacks' own" in result.summary


def test_a_gain_that_is_not_ruled_out_is_a_concern(curve: LearningCurve) -> None:
    result = curve_result(curve, AttackerConfig.quick(), 0.01, stands_in=False)
    assert result.concern
    assert not result.gain.exhausted
    assert "Twice the photos would gain +.004 [−.001, +.010]" in result.summary


def test_only_a_full_fine_tuning_is_replaced_by_a_quicker_recipe() -> None:
    assert curve_config(AttackerConfig.quick()) == AttackerConfig.quick()
    frozen = replace(WHOLE, finetune_epochs=0)
    assert curve_config(frozen) == frozen
    assert curve_config(WHOLE).finetune_depth is not None
