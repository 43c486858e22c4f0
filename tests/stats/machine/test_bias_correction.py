"""An attacker that calls everything "dunk" is miscalibrated, not defeated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from stats import TableError
from stats.machine.bias_correction import bias_corrected, bias_corrected_by_level
from stats.machine.class_offsets import class_offsets
from stats.table.arrays import FloatArray, IntArray

CLASSES = ("dribble", "dunk", "shoot")


def network(n: int, bias: Sequence[float], rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    labels = np.arange(n) % 3
    logits = rng.normal(0, 1, (n, 3)) + 3.0 * np.eye(3)[labels]
    return logits + np.asarray(bias), labels


def test_a_planted_bias_is_corrected() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(30_000) % 3
    logits = rng.normal(0, 1.0, (labels.size, 3)) + np.eye(3)[labels]  # Bayes-optimal logits, up to the bias
    offsets = class_offsets(logits + np.array([0.5, 2.0, -2.5]), labels)
    assert offsets == pytest.approx([-0.5, -2.0, 2.5], abs=0.1)
    assert offsets.sum() == pytest.approx(0, abs=1e-12)


def test_correction_restores_an_attacker_that_calls_everything_dunk() -> None:
    rng = np.random.default_rng(1)
    corrected = bias_corrected(
        *network(300, [0, 8, 0], rng), *network(300, [0, 8, 0], rng), categories=CLASSES
    )
    assert corrected.before.estimate < 0.45
    assert corrected.before.per_class["dunk"].estimate == 1
    assert corrected.after.estimate > 0.9
    assert corrected.after.ci_low < corrected.after.estimate < corrected.after.ci_high
    assert "conditional on this one trained network" in corrected.after.method


def predictions(level: int, bias: Sequence[float], rng: np.random.Generator) -> pd.DataFrame:
    """Rows of three seeds on 90 validation and 150 test photos, as the product exports them."""
    rows = []
    for seed in range(3):
        logits, labels = network(240, bias, rng)
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        frame = pd.DataFrame({f"prob_{name}": shares[:, code].round(6) for code, name in enumerate(CLASSES)})
        frame["correct"] = (logits.argmax(axis=1) == labels).astype(int)
        frame["category"] = np.asarray(CLASSES)[labels]
        frame["item_id"] = [f"photo{k}" for k in range(240)]
        frame["split"] = np.where(np.arange(240) < 90, "validation", "test")
        rows.append(frame.assign(agent_type="model", agent_id=f"seed{seed}", crop_level=level))
    return pd.concat(rows)


def test_a_table_of_predictions_is_corrected_level_by_level() -> None:
    rng = np.random.default_rng(6)
    trials = pd.concat([predictions(0, [0, 0, 0], rng), predictions(1, [0, 6, 0], rng)], ignore_index=True)
    corrected = bias_corrected_by_level(trials)
    assert corrected[0][0].estimate == pytest.approx(corrected[0][1].estimate, abs=0.02)
    before, after = corrected[1]
    assert before.estimate < 0.6 < 0.9 < after.estimate
    assert before.n_items == after.n_items == 150
    assert after.n_agents == 3


def test_a_table_without_probabilities_or_validation_is_refused() -> None:
    trials = predictions(0, [0, 0, 0], np.random.default_rng(7))
    with pytest.raises(TableError, match="prob_dunk"):
        bias_corrected_by_level(trials.drop(columns="prob_dunk"))
    with pytest.raises(TableError, match="validation and test"):
        bias_corrected_by_level(trials.loc[trials["split"] == "test"])


@pytest.mark.parametrize("cell", [None, "n/a"])
def test_a_probability_that_is_none_is_refused_by_its_row(cell: str | None) -> None:
    trials = predictions(0, [0, 0, 0], np.random.default_rng(7)).astype({"prob_dunk": object})
    trials.loc[trials.index[3], "prob_dunk"] = cell
    with pytest.raises(TableError, match="row 3: prob_dunk must be a number"):
        bias_corrected_by_level(trials)


def test_an_attacker_without_bias_stays_as_it_is() -> None:
    rng = np.random.default_rng(2)
    corrected = bias_corrected(
        *network(600, [0, 0, 0], rng), *network(600, [0, 0, 0], rng), categories=CLASSES
    )
    assert corrected.after.estimate == pytest.approx(corrected.before.estimate, abs=0.02)


def test_an_attacker_that_saw_nothing_stays_defeated() -> None:
    rng = np.random.default_rng(3)
    blind = [(rng.normal(0, 1, (300, 3)) + np.array([0, 4, 0]), np.arange(300) % 3) for _ in range(2)]
    assert bias_corrected(*blind[0], *blind[1], categories=CLASSES).after.ci_high < 0.5


def test_offsets_stay_finite_for_a_class_without_validation_photos() -> None:
    logits, labels = network(90, [0, 0, 0], np.random.default_rng(4))
    assert np.isfinite(class_offsets(logits[labels != 2], labels[labels != 2])).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    logits, labels = network(30, [0, 0, 0], np.random.default_rng(5))
    with pytest.raises(ValueError, match="one label per photo"):
        bias_corrected(logits, labels[:-1], logits, labels, categories=CLASSES)
