"""Bias-corrected attacker: an attacker that calls everything "dunk" is not defeated, it is miscalibrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.errors import TableError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.estimates import Accuracy
from stats.machine.class_offsets import class_offsets
from stats.table.arrays import FloatArray, IntArray, encode
from stats.table.network_answers import network_answers
from stats.table.parse import number
from stats.table.schema import PROBABILITY
from stats.table.tidy import tidy

SMALLEST_SHARE = 1e-7  # exported probabilities are rounded; 0 has no logarithm


@dataclass(frozen=True)
class BiasCorrected:
    """Accuracy of an attacker before and after its class offsets were refitted.

    Attributes
    ----------
    offsets : (K,) added to the logits; they sum to zero
    before, after : accuracy on the test photos, with interval and test against the ceiling
    """

    offsets: tuple[float, ...]
    before: Accuracy
    after: Accuracy


def bias_corrected(
    validation_logits: FloatArray,
    validation_labels: IntArray,
    test_logits: FloatArray,
    test_labels: IntArray,
    *,
    categories: tuple[str, ...],
    clusters: IntArray | None = None,
    ceiling: float = 0.75,
    alpha: float = 0.05,
) -> BiasCorrected:
    """Refit the class offsets on validation photos and judge the attacker again on the test photos.

    Parameters
    ----------
    validation_logits, test_logits : (n, K) float
        Of one trained network.
    validation_labels, test_labels : (n,) int
        True classes.
    categories
        Class names by code.
    clusters : (n_test,) int, optional
        Source of each test photo; by default each is its own.
    ceiling, alpha
        See `Criteria`.

    Raises
    ------
    ValueError
        When the shapes do not fit each other.
    """
    sides = ((validation_logits, validation_labels), (test_logits, test_labels))
    if any(np.shape(logits) != (len(labels), len(categories)) for logits, labels in sides):
        raise ValueError("logits must be (photos, classes), with one label per photo and one name per class")
    offsets = class_offsets(validation_logits, validation_labels)
    threshold = Threshold(ceiling, Side.BELOW, alpha, conditional=True)
    sources = np.arange(len(test_labels)) if clusters is None else clusters
    before, after = (
        accuracy(
            network_answers(scores.argmax(axis=1) == test_labels, test_labels, sources), threshold, categories
        )
        for scores in (test_logits, test_logits + offsets)
    )
    return BiasCorrected(tuple(offsets.tolist()), before, after)


def bias_corrected_by_level(
    trials: pd.DataFrame, *, ceiling: float = 0.75, alpha: float = 0.05
) -> dict[float, tuple[Accuracy, Accuracy]]:
    """Correct every attacker at the level it was trained for, and judge all seeds together.

    Parameters
    ----------
    trials
        Tidy table whose machine rows have a `split` (validation or test) and `prob_<class>` for every class.
    ceiling, alpha
        See `Criteria`.

    Returns
    -------
    Accuracy on the test photos before and after correction, by level.

    Raises
    ------
    TableError
        When probabilities or validation rows are missing, or the table cannot be used.
    """
    networks = _parsed(trials.loc[trials["agent_type"] == "model"])
    rows = tidy(networks, splits=("validation", "test")).primary
    machine = own_level_only(rows)
    categories = tuple(sorted(machine["category"].unique()))
    missing = [PROBABILITY + name for name in categories if PROBABILITY + name not in machine]
    if missing:
        raise TableError(f"bias correction needs the probabilities {', '.join(missing)} in machine rows")
    before = machine.loc[machine["photo_split"] == "test"]
    if before.empty or not (machine["photo_split"] == "validation").any():
        raise TableError("bias correction needs machine rows of both splits, validation and test")
    attackers = machine.groupby(["agent_id", "crop_level"])
    after = pd.concat([_corrected(part, categories) for _, part in attackers])
    threshold = Threshold(ceiling, Side.BELOW, alpha, conditional=True)
    found = [_by_level(side, threshold) for side in (before, after)]
    return {level: (found[0][level], found[1][level]) for level in found[0]}


def _parsed(networks: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with probabilities as numbers; a blank one would silently win or lose every photo."""
    names = [str(name) for name in networks if str(name).startswith(PROBABILITY)]
    blank = [name for name in names if networks[name].isna().all()]
    told = {name: number(networks, name, optional=False).to_numpy() for name in names if name not in blank}
    return networks.drop(columns=blank).assign(**told)


def _corrected(part: pd.DataFrame, categories: tuple[str, ...]) -> pd.DataFrame:
    """Return the test rows of one attacker with `correct` after its class offsets were refitted."""
    columns = [PROBABILITY + name for name in categories]
    logits = np.log(np.maximum(part[columns].to_numpy(dtype=float), SMALLEST_SHARE))
    labels = pd.Categorical(part["category"], categories=list(categories)).codes.astype(np.int64)
    split = part["photo_split"].to_numpy()
    validation, test = split == "validation", split == "test"
    if not validation.any():
        name, level = part["agent_id"].iloc[0], part["crop_level"].iloc[0]
        raise TableError(f"attacker {name} has no validation rows at level {level:g}; export all predictions")
    offsets = class_offsets(logits[validation], labels[validation])
    right = (logits[test] + offsets).argmax(axis=1) == labels[test]
    tested: pd.DataFrame = part.loc[test]
    return tested.assign(correct=right.astype(float))


def _by_level(rows: pd.DataFrame, threshold: Threshold) -> dict[float, Accuracy]:
    coded = encode(rows)
    return {level: accuracy(machine, threshold, coded.categories) for level, _, machine in coded.pairs()}
