"""The gain of the last round of training, paired over seeds."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from pipeline.loop.prospects import gain_of_last_round


def test_the_gain_is_paired_over_seeds() -> None:
    """Seeds differ much, but each gains about two points: that is significant."""
    gain = gain_of_last_round([(0.5, 0.7, 0.9), (0.52, 0.721, 0.919)])
    assert gain is not None
    assert gain.estimate == pytest.approx(0.02)
    assert gain.upper == pytest.approx(0.02, abs=0.002)
    assert gain.is_significant


def test_bound_and_p_are_those_of_the_one_sided_paired_t_test() -> None:
    before, after = (0.50, 0.52, 0.50), (0.51, 0.53, 0.54)
    gain, peer = gain_of_last_round([before, after]), stats.ttest_rel(after, before, alternative="less")
    assert gain is not None
    assert gain.upper == pytest.approx(peer.confidence_interval(0.95).high)
    assert gain.p == pytest.approx(stats.ttest_rel(after, before, alternative="greater").pvalue)


def test_the_gain_is_against_the_best_round_before() -> None:
    gain = gain_of_last_round([(0.60, 0.62), (0.50, 0.52), (0.55, 0.57)])
    assert gain is not None
    assert gain.estimate == pytest.approx(-0.05)
    assert not gain.is_significant


def test_one_seed_never_proves_anything() -> None:
    gain = gain_of_last_round([(0.6,), (0.9,)])
    assert gain is not None
    assert (gain.upper, gain.p) == (math.inf, 1.0)
    assert str(gain) == "The last retraining gained +.300 (p > .999)."
