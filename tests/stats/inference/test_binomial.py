"""Exact binomial tests and intervals: scipy's numbers, and honest at the edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stats.inference import binomial


@pytest.mark.thorough
@given(st.integers(1, 400), st.data(), st.floats(0.01, 0.99))
def test_for_whole_units_it_is_the_binomial_test(units: float, data: st.DataObject, null: float) -> None:
    right = data.draw(st.integers(0, units))
    above = stats.binomtest(right, units, null, alternative="greater").pvalue
    below = stats.binomtest(right, units, null, alternative="less").pvalue
    assert binomial.p_above(right / units, units, null) == pytest.approx(above, rel=1e-6, abs=1e-290)
    assert binomial.p_below(right / units, units, null) == pytest.approx(below, rel=1e-6, abs=1e-290)


@pytest.mark.thorough
@given(st.integers(1, 400), st.data())
def test_for_whole_units_the_interval_is_clopper_pearson(units: float, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, units))
    expected = stats.binomtest(right, units).proportion_ci(0.95, method="exact")
    assert binomial.interval(right / units, units, 0.05) == pytest.approx(tuple(expected), abs=1e-9)


@pytest.mark.thorough
@given(st.integers(0, 1000), st.floats(1, 1e6))
def test_no_interval_has_zero_width_and_no_p_is_zero(per_mille: int, units: float) -> None:
    share = per_mille / 1000
    low, high = binomial.interval(share, units, 0.05)
    assert 0 <= low < high <= 1
    assert low <= share <= high
    for p in (binomial.p_above(share, units, 0.85), binomial.p_below(share, units, 0.75)):
        assert 0 < p <= 1


def test_all_right_gives_the_floor_to_the_power_of_the_units() -> None:
    assert binomial.p_above(1, 18, 0.85) == pytest.approx(0.85**18)
    assert binomial.p_below(0, 5, 0.75) == pytest.approx(0.25**5)


def test_clustering_shrinks_the_number_of_photos_and_never_grows_it() -> None:
    assert binomial.units_under_clustering(0.5, 0.01, 100, 100, 0.05) == pytest.approx(25, rel=0.03)
    assert binomial.units_under_clustering(0.5, 0.0001, 100, 100, 0.05) == 100
