"""Does accuracy only fall with heavier crops?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from stats.apa import interval, p_value, share
from stats.errors import TableError
from stats.inference.clustered import class_means
from stats.inference.isotonic import falling, monotone_check
from stats.inference.two_way_bootstrap import resample
from stats.report.blocks import Table
from stats.report.finding import Finding, Material
from stats.table.arrays import Answers, BoolArray, FloatArray

NAME, TITLE = "monotone", "Does accuracy only fall with heavier crops?"
FEWEST_LEVELS = 2


def find(material: Material) -> Finding:
    """Compare the accuracies of people and of the machine with their best falling fit.

    Raises
    ------
    TableError
        When neither kind answered at two levels.
    """
    drawn = resample(material.coded, material.resamples, material.seed)
    sides = {
        "people": (material.coded.human, drawn.human),
        "machine": (material.coded.machine, drawn.machine),
    }
    checks = {
        name: _check(levels, replicates, material)
        for name, (levels, replicates) in sides.items()
        if sum(level.agent.size > 0 for level in levels) >= FEWEST_LEVELS
    }
    if not checks:
        raise TableError("a check that accuracy falls needs two crop levels of people or of the machine")
    said = tuple(
        f"Accuracy of {name} rises above its best falling (isotonic) fit by "
        f"{share(found['largest_rise'])} at most, p {p_value(found['p'])} (bootstrap, {material.resamples} "
        "resamples)."
        for name, found in checks.items()
    )
    rows = [row for name, found in checks.items() for row in _rows(name, found)]
    table = Table.of(
        "Accuracy and its best falling fit, with the interval of the fit (–: the answers do not vary)",
        ("Observers", "Level", "Accuracy", "Fit", "Interval"),
        rows,
    )
    return Finding(NAME, TITLE, said, (table,), numbers=checks)


def _check(levels: tuple[Answers, ...], replicates: FloatArray, material: Material) -> dict[str, Any]:
    seen = np.array([level.agent.size > 0 for level in levels])
    answered = [level for level in levels if level.agent.size]
    accuracy = np.array([class_means(level)[0].mean() for level in answered])
    weights = np.array([level.n_trials for level in answered], dtype=float)
    kept = replicates[:, seen]
    kept = kept[~np.isnan(kept).any(axis=1)]  # rare resamples in which a level kept no trial
    tail = material.criteria.alpha / 2
    low, high = np.quantile(falling(kept, weights), [tail, 1 - tail], axis=0)
    flat = high - low <= 0  # answers that do not vary: a bootstrap of them knows nothing, and says so
    return asdict(monotone_check(accuracy, kept, weights)) | {
        "levels": material.coded.levels[seen].tolist(),
        "accuracy": accuracy.tolist(),
        "fitted_low": _known(low, flat),
        "fitted_high": _known(high, flat),
    }


def _known(bounds: FloatArray, flat: BoolArray) -> list[float | None]:
    return [None if unknown else float(bound) for bound, unknown in zip(bounds, flat, strict=True)]


def _rows(name: str, found: dict[str, Any]) -> list[tuple[str, ...]]:
    columns = (found[key] for key in ("levels", "accuracy", "fitted", "fitted_low", "fitted_high"))
    return [
        (name, f"{level:g}", share(accuracy), share(fitted), interval(low, high))
        for level, accuracy, fitted, low, high in zip(*columns, strict=True)
    ]
