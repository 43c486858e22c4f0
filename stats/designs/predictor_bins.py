"""Trials along a continuous predictor, in bins that hold every class: the levels of a curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stats.errors import TableError
from stats.table.arrays import Answers, FloatArray, IntArray
from stats.table.labels import Codes

MOST_BINS, FEWEST_BINS = 20, 3
LEAST_OF_A_CLASS = 4  # trials of every class in every bin


@dataclass(frozen=True)
class Binned:
    """Answers of one kind of observer along a predictor.

    Attributes
    ----------
    levels : (L,) answers of each bin
    places : (L,) mean of the predictor in each bin, ascending; every class weighs the same
    """

    levels: tuple[Answers, ...]
    places: FloatArray


def no_common_value(shown: Mapping[str, FloatArray], column: str) -> list[str]:
    """Return what to say where kinds of observers were shown no stretch of a predictor in common.

    Parameters
    ----------
    shown
        Values of the predictor, NaN where it is blank, by kind of observer.
    column
        Its name.

    Examples
    --------
    >>> no_common_value({"people": np.array([0.1, 0.4]), "machine": np.array([30.0, 90.0])}, "size")
    ['people (0.1 to 0.4) and machine (30 to 90) share no value of size: do its units agree?']
    >>> no_common_value({"people": np.array([0.1, 0.4]), "machine": np.array([0.3, 0.9])}, "size")
    []
    """
    ranges = {name: (np.nanmin(values), np.nanmax(values)) for name, values in shown.items()}
    if max(low for low, _ in ranges.values()) <= min(high for _, high in ranges.values()):
        return []
    sides = " and ".join(f"{name} ({low:g} to {high:g})" for name, (low, high) in ranges.items())
    return [f"{sides} share no value of {column}: do its units agree?"]


def binned(answers: Answers, z: FloatArray) -> Binned:
    """Sort answers into bins of about equally many trials, as many as hold every class, at most 20.

    A predictor with few values has a bin for each.

    Parameters
    ----------
    answers
        Of one kind of observer.
    z : (n,) float
        Predictor of each answer.

    Raises
    ------
    TableError
        When the trials of a class are not spread over the predictor.

    Examples
    --------
    >>> n = np.arange(200)
    >>> answers = Answers(n % 5, n, n, n % 2, (n > 60).astype(float), np.ones(200))
    >>> bins = binned(answers, np.sqrt(n))
    >>> len(bins.levels), bins.levels[0].n_trials, bins.places[:2].round(2).tolist()
    (20, 10, [1.93, 3.79])
    """
    code = _codes(z, answers.category)
    parts = [code == number for number in range(int(code.max()) + 1)]
    classes = [answers.category == label for label in answers.categories]
    places = np.mean([[z[part & own].mean() for part in parts] for own in classes], axis=0)
    return Binned(tuple(answers.where(part) for part in parts), places)


def _codes(z: FloatArray, category: Codes) -> IntArray:
    values, code = np.unique(z, return_inverse=True)
    if FEWEST_BINS <= values.size <= MOST_BINS and _complete(code, category):
        return code
    for bins in range(MOST_BINS, FEWEST_BINS - 1, -1):
        edges = np.unique(np.quantile(z, np.linspace(0, 1, bins + 1)[1:-1]))
        code = np.unique(np.searchsorted(edges, z, side="right"), return_inverse=True)[1]
        if code.max() + 1 >= FEWEST_BINS and _complete(code, category):
            return code
    raise TableError(
        f"a curve needs {FEWEST_BINS} stretches of the predictor with {LEAST_OF_A_CLASS} trials of every "
        "class in each; show every class at all of its values"
    )


def _complete(code: IntArray, category: Codes) -> bool:
    """Return whether every bin holds enough trials of every class."""
    classes = np.unique(category, return_inverse=True)[1]
    counts = np.zeros((int(code.max()) + 1, int(classes.max()) + 1))
    np.add.at(counts, (code, classes), 1)
    return bool(counts.min() >= LEAST_OF_A_CLASS)
