"""Response times: planted effects come back; the mixed model is that of statsmodels."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from stats import TableError
from stats.inference.mixed_model import fit_crossed
from stats.psychophysics.response_times import response_times
from tests.stats.tables import block, table


@pytest.fixture(scope="module")
def timed() -> pd.DataFrame:
    """Level 1 takes 20 % longer; people and photos differ."""
    rng = np.random.default_rng(6)
    person, photo = np.repeat(np.arange(24), 40), np.tile(np.arange(40), 24)
    trials = pd.DataFrame(
        {"agent_type": "human", "agent_id": person, "item_id": photo, "category": photo % 2}
    )
    trials["crop_level"] = (person + photo) % 2
    trials["correct"] = (rng.random(960) < 0.9).astype(int)
    people, photos = rng.normal(0, 0.3, 24), rng.normal(0, 0.2, 40)
    log_rt = np.log(800) + np.log(1.2) * trials["crop_level"] + np.repeat(people, 40) + np.tile(photos, 24)
    return trials.assign(rt_ms=np.exp(log_rt + rng.normal(0, 0.25, len(trials))), response_status="answered")


def test_the_planted_slowing_and_spreads_come_back(timed: pd.DataFrame) -> None:
    times = response_times(timed)
    light, heavy = times.levels
    assert heavy.model_ms / light.model_ms == pytest.approx(1.2, rel=0.04)
    assert light.model_low < light.model_ms < light.model_high
    assert light.ci_low < light.median_ms < light.ci_high
    assert (times.sd_people, times.sd_photos, times.sd_trials) == pytest.approx((0.3, 0.2, 0.25), rel=0.35)
    assert light.bis > heavy.bis
    assert light.bis + heavy.bis == pytest.approx(0, abs=1e-9)


def test_the_crossed_model_is_statsmodels_model() -> None:
    rng = np.random.default_rng(0)
    a, j = np.repeat(np.arange(12), 15), np.tile(np.arange(15), 12)
    level = (a + j) % 3
    y = 6 + 0.1 * level + rng.normal(0, 0.3, 12)[a] + rng.normal(0, 0.2, 15)[j] + rng.normal(0, 0.4, a.size)
    ours = fit_crossed(y, (level[:, None] == np.arange(3)).astype(float), a, j)
    frame = pd.DataFrame({"y": y, "a": a, "j": j, "level": level, "g": 1})
    parts = {"a": "0 + C(a)", "j": "0 + C(j)"}
    theirs = smf.mixedlm("y ~ 0 + C(level)", frame, groups="g", re_formula="0", vc_formula=parts).fit()
    assert ours.effects == pytest.approx(theirs.fe_params.to_numpy(), abs=1e-4)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse_fe.to_numpy(), rel=2e-3)
    assert [ours.sd_first, ours.sd_second] == pytest.approx(np.sqrt(theirs.vcomp), rel=5e-3)
    assert ours.sd_error == pytest.approx(np.sqrt(theirs.scale), rel=1e-3)


def test_timeouts_are_counted_by_person_and_never_with_zero_width(timed: pd.DataFrame) -> None:
    late = timed.assign(response_status=np.where(timed.index % 40 < 4, "timeout", "answered"))
    level = response_times(late).levels[0]
    assert level.timeout_rate == pytest.approx(0.1)
    never = response_times(timed).levels[0]
    assert never.timeout_rate == never.timeout_low == 0
    assert 0 < never.timeout_high < 0.2


def test_people_who_do_not_differ_show_no_spread_of_people(timed: pd.DataFrame) -> None:
    alike = table(block("human", 5, 20, 0)).assign(rt_ms=800.0, response_status="answered")
    level = response_times(alike).levels[0]
    assert (level.median_ms, level.ci_low, level.ci_high) == (800, None, None)
    late = timed.loc[timed["agent_id"] == 0].assign(response_status="answered")
    late.iloc[:2, late.columns.get_loc("response_status")] = "timeout"
    alone = response_times(late).levels[0]
    assert alone.timeout_low < alone.timeout_rate < 0.9 < alone.timeout_high


def test_a_few_people_have_wider_model_intervals_than_a_normal_quantile_gives(timed: pd.DataFrame) -> None:
    few = timed.loc[timed["agent_id"] < 5]
    level = response_times(few).levels[0]
    right = few.loc[few["correct"] == 1]
    levels = (right["crop_level"].to_numpy()[:, None] == np.arange(2)).astype(float)
    codes = [pd.factorize(right[name])[0] for name in ("agent_id", "item_id")]
    se = np.sqrt(fit_crossed(np.log(right["rt_ms"].to_numpy()), levels, *codes).covariance[0, 0])
    assert np.log(level.model_high / level.model_ms) == pytest.approx(stats.t.ppf(0.975, 4) * se)


def test_what_cannot_be_fitted_is_none_with_a_reason() -> None:
    alone = table(block("human", 1, 20, 4)).assign(rt_ms=500.0)
    times = response_times(alone)
    assert times.sd_people is None
    assert "two people" in times.note
    assert times.levels[0].ci_low is None
    json.dumps(times.to_dict(), allow_nan=False)


def test_without_times_there_is_nothing_to_say() -> None:
    with pytest.raises(TableError, match="rt_ms"):
        response_times(table(block("human", 2, 20, 4)))


def test_times_that_never_differ_have_no_model_and_it_says_so() -> None:
    trials = table(block("human", 4, 6, 2), block("human", 4, 6, 3, 1)).assign(rt_ms=850.0)
    times = response_times(trials)
    assert "all right answers took equally long" in times.note
    assert times.levels[0].median_ms == 850
    assert times.levels[0].model_ms is None
