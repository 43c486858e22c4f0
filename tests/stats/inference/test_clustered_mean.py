"""Intervals of means over photos that are not all different."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from stats import InputError
from stats.inference.clustered_mean import mean_interval


def test_photos_of_their_own_give_the_usual_interval() -> None:
    values = np.random.default_rng(0).normal(size=20)
    usual = scipy.stats.t.interval(0.95, 19, loc=values.mean(), scale=scipy.stats.sem(values))
    assert mean_interval(values, [str(number) for number in range(20)]) == pytest.approx(usual)


@pytest.mark.thorough
def test_a_mean_of_bursts_is_covered_as_often_as_promised() -> None:
    """Twelve bursts of one to six photos, alike within; an interval over photos covers far too seldom."""
    random, sizes = np.random.default_rng(1), np.arange(12) % 6 + 1
    groups = np.repeat(np.arange(12), sizes).astype(str)
    covered = {"groups": 0, "photos": 0}
    for _ in range(1000):
        values = np.repeat(random.normal(size=12), sizes) + 0.3 * random.normal(size=sizes.sum())
        for name, known in (("groups", groups), ("photos", np.arange(len(groups)).astype(str))):
            low, high = mean_interval(values, known)
            covered[name] += low <= 0 <= high
    assert covered["groups"] > 910
    assert covered["photos"] < 800


def test_one_burst_has_no_interval() -> None:
    with pytest.raises(InputError, match="4 photos of one group"):
        mean_interval(np.ones(4), ["burst"] * 4)
