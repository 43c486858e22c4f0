"""Error consistency: Cohen's kappa of correctness, its bounds, and undefined where it is undefined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from stats.figures import consistency_figure
from stats.psychophysics.error_consistency import Agreement, error_consistency
from stats.psychophysics.kappa import kappa, kappa_bounds
from tests.stats.tables import table, trial_rows


def answers(agent_type: str, agent: str, correct: Iterable[float]) -> list[dict[str, object]]:
    return trial_rows(agent_type, [(agent, f"photo{k}", int(value)) for k, value in enumerate(correct)])


def of_pair(trials: pd.DataFrame, pair: str, **options: Any) -> Agreement:
    return next(each for each in error_consistency(trials, **options) if each.pair == pair)


def test_it_is_cohens_kappa_of_two_raters() -> None:
    rng = np.random.default_rng(0)
    first = rng.random(200) < 0.7
    second = np.where(rng.random(200) < 0.5, first, rng.random(200) < 0.6)
    agreement = of_pair(
        table(answers("model", "p", first), answers("model", "m", second)), "machine-machine", resamples=50
    )
    counts = pd.crosstab(first, second).to_numpy()
    assert agreement.kappa == pytest.approx(cohens_kappa(counts).kappa)
    assert agreement.bound_low <= agreement.kappa <= agreement.bound_high
    assert agreement.ci_low < agreement.kappa < agreement.ci_high
    assert agreement.n_pairs == 1
    assert agreement.n_items == 200


def test_copies_agree_and_strangers_do_not() -> None:
    rng = np.random.default_rng(1)
    first, stranger = rng.random(400) < 0.7, rng.random(400) < 0.7
    trials = table(
        answers("human", "a", first), answers("human", "copy", first), answers("model", "m", stranger)
    )
    copies = of_pair(trials, "human-human", resamples=20)
    assert copies.kappa == pytest.approx(1)
    assert (copies.ci_low, copies.ci_high) == (None, None)
    assert "do not vary" in copies.reason
    assert of_pair(trials, "human-machine", resamples=20).kappa == pytest.approx(0, abs=0.1)


def test_one_person_has_a_kappa_and_no_interval_for_others() -> None:
    right = np.random.default_rng(2).random((2, 60)) < 0.7
    trials = table(answers("human", "a", right[0]), answers("model", "m", right[1]))
    agreement = of_pair(trials, "human-machine", resamples=20)
    assert agreement.kappa is not None
    assert (agreement.ci_low, agreement.reason) == (None, "one person says nothing about others")
    figure = consistency_figure([agreement])
    assert any(line.get_label() == "human-machine" for line in figure.axes[0].lines)


def test_observers_without_errors_have_no_kappa_and_it_is_not_called_one() -> None:
    trials = table(
        answers("human", "a", [1] * 20), answers("human", "b", [1] * 20), answers("model", "m", [1, 0] * 10)
    )
    agreement = of_pair(trials, "human-human", resamples=20)
    assert agreement.kappa is None
    assert agreement.ci_low is None
    assert agreement.n_undefined == 1


def test_only_shared_photos_count() -> None:
    trials = table(answers("human", "a", [1, 0, 1, 0]), answers("human", "b", [1, 0, 1, 0]),
                   trial_rows("human", [("b", "elsewhere", 0)]),
                   answers("model", "m", [1, 1, 0, 0]))  # fmt: skip
    assert of_pair(trials, "human-human", resamples=20).kappa == pytest.approx(1)


@given(st.integers(2, 60), st.data())
def test_kappa_never_leaves_the_bounds_its_accuracies_allow(n: int, data: st.DataObject) -> None:
    bits = st.lists(st.booleans(), min_size=n, max_size=n)
    first, second = (np.array(data.draw(bits)) for _ in range(2))
    value = kappa((first == second).mean(), first.mean(), second.mean())
    low, high = kappa_bounds(first.mean(), second.mean())
    assert np.isnan(value) or low - 1e-9 <= value <= high + 1e-9
