"""People as their own controls: the loss by the crop, paired by person."""

import numpy as np
import pytest

from pipeline.stats import CriteriaError, TableError, verdict
from pipeline.stats.loss import human_loss
from pipeline.stats.simulate import Spread, simulate


def study(accuracies, seed=0, **options):
    return simulate(accuracies, np.random.default_rng(seed), n_agents=40, n_items=120, **options)


def test_a_small_loss_is_shown_and_a_large_one_is_not():
    small, large = human_loss(study([0.95, 0.94, 0.80]), margin=0.05)
    assert small.estimate == pytest.approx(-0.01, abs=0.03)
    assert small.p < 0.05 < large.p
    assert large.ci_low < -0.15 < large.ci_high
    assert small.n_people == 40


def test_differences_between_people_cancel():
    trials = study([0.8, 0.8], spread=Spread(agent=2.0, photo=0.1))
    (loss,) = human_loss(trials, margin=0.1)
    alone = verdict(trials).levels[0].human
    assert loss.se < 0.7 * alone.se


def test_at_the_margin_it_rejects_as_often_as_it_should():
    rng = np.random.default_rng(1)
    rejected = [
        human_loss(simulate([0.95, 0.85], rng, n_agents=30, n_items=60), margin=0.1)[0].p <= 0.05
        for _ in range(200)
    ]
    assert 0.01 <= np.mean(rejected) <= 0.11


def test_without_uncropped_photos_or_a_sensible_margin_it_is_refused():
    with pytest.raises(TableError, match="level 0"):
        human_loss(study([0.9, 0.8]).query("crop_level > 0"), margin=0.1)
    with pytest.raises(CriteriaError, match="margin"):
        human_loss(study([0.9, 0.8]), margin=1.5)
