"""Matrix products on count tables give what a resampled data frame gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats.inference.clustered import macro_mean
from stats.inference.two_way_bootstrap import CountTables, _draw, resample
from stats.planning.simulated_studies import Spread, simulate
from stats.table.arrays import Coded, encode
from stats.table.tidy import tidy


@pytest.fixture(scope="module")
def coded() -> Coded:
    rng = np.random.default_rng(2)
    people = simulate([0.9, 0.7, 0.5], rng, n_agents=18, n_items=60)
    seeds = simulate([0.9, 0.6, 0.4], rng, agent_type="model", n_agents=3, n_items=60, crossed=True)
    return encode(tidy(pd.concat([people, seeds])).trials)


def test_weighted_totals_equal_a_resampled_data_frame(coded: Coded) -> None:
    rng = np.random.default_rng(0)
    level = coded.human[1]
    agents, photos = _draw(18, 5, rng), _draw(60, 5, rng)
    tables = CountTables.of(coded.human)
    codes = np.unique(np.concatenate([part.agent for part in coded.human]))
    for b in range(5):
        times = agents[np.searchsorted(codes, level.agent), b] * photos[level.cluster, b]
        frame = pd.DataFrame({"c": level.category, "y": level.correct}).loc[
            np.repeat(np.arange(len(times)), times.astype(int))
        ]
        assert tables.accuracies(agents, photos)[b, 1] == pytest.approx(
            frame.groupby("c")["y"].mean().mean(), abs=1e-6
        )


def test_every_resample_has_as_many_units_as_the_study() -> None:
    weights = _draw(40, 100, np.random.default_rng(0))
    assert (weights.sum(axis=0) == 40).all()
    assert weights.mean() == 1
    assert weights.var() == pytest.approx(1 - 1 / 40, abs=0.1)


def test_the_same_seed_gives_the_same_replicates(coded: Coded) -> None:
    first, second = resample(coded, 1500, 7), resample(coded, 1500, 7)
    assert (first.human == second.human).all()
    assert (resample(coded, 1500, 8).human != first.human).any()


def test_its_spread_is_that_of_the_clustered_variance_but_never_smaller_by_much(coded: Coded) -> None:
    replicates = resample(coded, 4000, 1)
    for column, level in enumerate(coded.human):
        mean = macro_mean(level)
        assert replicates.human[:, column].mean() == pytest.approx(mean.estimate, abs=0.02)
        assert (
            0.8 < replicates.human[:, column].std() / np.sqrt(mean.variance) < 1.7
        )  # conservative (Owen 2007)


def test_people_and_machine_share_the_resampled_photos() -> None:
    rng = np.random.default_rng(3)
    hard = simulate([0.7], rng, n_agents=30, n_items=60, spread=Spread(0.1, 2.5), crossed=True)
    machine = hard.assign(agent_type="model", agent_id="m" + hard["agent_id"].astype(str))
    replicates = resample(encode(tidy(pd.concat([hard, machine])).trials), 2000, 0)
    assert np.corrcoef(replicates.human[:, 0], replicates.machine[:, 0])[0, 1] > 0.8
