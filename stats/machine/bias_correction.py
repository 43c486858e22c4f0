"""Bias correction: an attacker that calls every photo "dunk" is miscalibrated, not defeated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.decision.primary_analysis import own_level_only
from stats.errors import InputError, TableError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.estimates import Accuracy
from stats.machine.attack_matrix import accuracy_by_level
from stats.machine.class_offsets import class_offsets
from stats.table.arrays import FloatArray, IntArray
from stats.table.columns.machine_columns import PROBABILITY
from stats.table.network_answers import network_answers
from stats.table.parse import number
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
    """Refit the class offsets on validation photos and test the attacker again on the test photos.

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
    InputError
        When the shapes do not fit each other.

    References
    ----------
    Alexandari, Kundaje & Shrikumar (2020), Maximum likelihood with bias-corrected calibration is hard-to-beat
    at label shift adaptation, ICML.

    Examples
    --------
    A network whose logits favour the first class calls every photo by it, until that is corrected.

    >>> import numpy as np
    >>> labels = np.arange(20) % 2
    >>> logits = np.eye(2)[labels] + np.array([2.0, 0.0])
    >>> corrected = bias_corrected(logits, labels, logits, labels, categories=("dunk", "shoot"))
    >>> corrected.before.estimate, corrected.after.estimate
    (0.5, 1.0)
    """
    sides = ((validation_logits, validation_labels), (test_logits, test_labels))
    if any(np.shape(logits) != (len(labels), len(categories)) for logits, labels in sides):
        raise InputError("logits must be (photos, classes), with one label per photo and one name per class")
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
    """Correct every attacker at the level it was trained for, and test all seeds together.

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

    Examples
    --------
    A network is sure of "dunk" and less so of true shots, which it never names.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"category": ["dunk", "shoot"] * 20, "prob_dunk": [0.9, 0.6] * 20})
    >>> rows = rows.assign(prob_shoot=1 - rows["prob_dunk"], correct=[1, 0] * 20, crop_level=1)
    >>> rows = rows.assign(agent_type="model", agent_id="seed0", item_id=[f"photo{n}" for n in range(40)])
    >>> before, after = bias_corrected_by_level(rows.assign(split=["validation"] * 20 + ["test"] * 20))[1]
    >>> before.estimate, after.estimate
    (0.5, 1.0)
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
    uncorrected, corrected = (accuracy_by_level(rows, threshold) for rows in (before, after))
    return {level: (uncorrected[level], corrected[level]) for level in uncorrected}


def _parsed(networks: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with probabilities as numbers; a blank one would silently win or lose every photo."""
    names = [str(name) for name in networks if str(name).startswith(PROBABILITY)]
    blank = [name for name in names if networks[name].isna().all()]
    shares = {name: number(networks, name, optional=False).to_numpy() for name in names if name not in blank}
    return networks.drop(columns=blank).assign(**shares)


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
