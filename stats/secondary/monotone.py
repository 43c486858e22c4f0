"""Whether accuracy only falls with heavier crops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from stats.apa import interval, level_name, p_value, share
from stats.errors import TableError
from stats.inference.clustered import class_means
from stats.inference.isotonic import fit_non_increasing, monotone_check
from stats.inference.two_way_bootstrap import resample
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.table.arrays import Answers, BoolArray, FloatArray

NAME, TITLE = "monotone", "Does accuracy only fall with heavier crops?"
HEADER = ("Observers", "Level", "Accuracy", "Fit", "Interval")
FEWEST_LEVELS = 2


@dataclass(frozen=True)
class Fall:
    """The accuracies of one kind of observer and their best falling (isotonic) fit.

    Attributes
    ----------
    fitted : best non-increasing accuracies by level
    largest_rise : how far accuracy rises above the fit at most
    p : bootstrap p of a rise at least this large if the truth is the fit
    levels, accuracy : what was fitted, light to heavy
    fitted_low, fitted_high : interval of the fit by level; None where the answers do not vary
    """

    fitted: tuple[float, ...]
    largest_rise: float
    p: float
    levels: list[float]
    accuracy: list[float]
    fitted_low: list[float | None]
    fitted_high: list[float | None]


def find(material: Material) -> Finding:
    """Compare the accuracies of people and of the machine with their best falling fit.

    Raises
    ------
    TableError
        When neither kind answered at two levels.
    """
    falls = dict(_falls(material))
    if not falls:
        raise TableError("a check that accuracy falls needs two crop levels of people or of the machine")
    sentences = tuple(
        f"Accuracy of {name} rises above its best falling (isotonic) fit by {share(fall.largest_rise)} at "
        f"most, p {p_value(fall.p)} (bootstrap, {material.resamples} resamples)."
        for name, fall in falls.items()
    )
    table = Table.of(
        "Accuracy and its best falling fit, with the interval of the fit (–: the answers do not vary)",
        HEADER,
        [row for name, fall in falls.items() for row in _rows(name, fall)],
    )
    numbers = {name: asdict(fall) for name, fall in falls.items()}
    return Finding(NAME, TITLE, sentences, (table,), numbers=numbers)


def _falls(material: Material) -> Iterator[tuple[str, Fall]]:
    drawn = resample(material.coded, material.resamples, material.seed)
    for name, levels, replicates in (
        ("people", material.coded.human, drawn.human),
        ("machine", material.coded.machine, drawn.machine),
    ):
        if sum(level.agent.size > 0 for level in levels) >= FEWEST_LEVELS:
            yield name, _fall(levels, replicates, material)


def _fall(levels: tuple[Answers, ...], replicates: FloatArray, material: Material) -> Fall:
    seen = np.array([level.agent.size > 0 for level in levels])  # (L,)
    answered = [level for level in levels if level.agent.size]
    accuracy = np.array([class_means(level)[0].mean() for level in answered])  # (S,), S levels were seen
    weights = np.array([level.n_trials for level in answered], dtype=float)
    complete = replicates[:, seen]  # (B, S)
    complete = complete[~np.isnan(complete).any(axis=1)]  # rare resamples in which a level kept no trial
    tail = material.criteria.alpha / 2
    low, high = np.quantile(fit_non_increasing(complete, weights), [tail, 1 - tail], axis=0)
    flat = high - low <= 0  # answers that do not vary: a bootstrap of them has no interval
    check = monotone_check(accuracy, complete, weights)
    return Fall(
        check.fitted,
        check.largest_rise,
        check.p,
        material.coded.levels[seen].tolist(),
        accuracy.tolist(),
        _known(low, flat),
        _known(high, flat),
    )


def _known(bounds: FloatArray, flat: BoolArray) -> list[float | None]:
    return [None if unknown else float(bound) for bound, unknown in zip(bounds, flat, strict=True)]


def _rows(name: str, fall: Fall) -> list[tuple[str, ...]]:
    columns = (fall.levels, fall.accuracy, fall.fitted, fall.fitted_low, fall.fitted_high)
    return [
        (name, level_name(level), share(accuracy), share(fitted), interval(low, high))
        for level, accuracy, fitted, low, high in zip(*columns, strict=True)
    ]
