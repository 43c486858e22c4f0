"""The level that each person of a study needs, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.errors import CriteriaError, TableError
from stats.individual_thresholds.person_posterior import LAPSES, Curves, FloatArray, Posterior
from stats.individual_thresholds.pooled_spreads import pooled

FEWEST_LEVELS = 3  # two levels tell how steep a curve is only together with where it lies


@dataclass(frozen=True)
class PersonThreshold:
    """How much of the subject, or of the photo's side, one person needs.

    Attributes
    ----------
    agent_id : who
    threshold : in (0, 1.25], median of the posterior; above 1 the whole photo is not enough
    ci_low, ci_high : central interval
    n_trials : answers that tell it
    """

    agent_id: str
    threshold: float
    ci_low: float
    ci_high: float
    n_trials: int


def thresholds_of_people(
    rows: pd.DataFrame, amounts: dict[float, float], *, guess: float, accuracy: float, mass: float = 0.95
) -> list[PersonThreshold]:
    """Return the threshold of each person, in the order of their names.

    Parameters
    ----------
    rows
        People's answers: columns `agent_id`, `crop_level` and `correct` (0 or 1).
    amounts
        What each level keeps, in (0, 1], by level.
    guess
        Probability of a right guess.
    accuracy
        Of a person at the threshold.
    mass
        Of the posterior that an interval holds.

    Raises
    ------
    CriteriaError
        When the accuracy lies outside guessing and what lapses leave.
    TableError
        When people answered at fewer than three levels, or a level keeps nothing.

    Examples
    --------
    >>> right = {1.0: 20, 0.5: 19, 0.25: 11, 0.125: 7}
    >>> rows = pd.DataFrame([
    ...     {"agent_id": "ada", "crop_level": level, "correct": int(trial < right[amount])}
    ...     for level, amount in enumerate(right) for trial in range(20)
    ... ])
    >>> [ada] = thresholds_of_people(rows, dict(enumerate(right)), guess=1 / 3, accuracy=0.75)
    >>> ada.ci_low < 0.3 < ada.ci_high, ada.n_trials
    (True, 80)
    """
    _check(amounts, guess, accuracy)
    right, wrong, names = _counts(rows, list(amounts))
    prior = Posterior.prior(Curves.over(list(amounts.values()), guess, accuracy))
    alone = [prior.after_all(*of_person) for of_person in zip(right, wrong, strict=True)]
    return [
        PersonThreshold(name, person.threshold_quantile(0.5), *person.threshold_interval(mass), int(trials))
        for name, person, trials in zip(names, pooled(alone), (right + wrong).sum(axis=1), strict=True)
    ]


def _check(amounts: dict[float, float], guess: float, accuracy: float) -> None:
    if not guess < accuracy < 1 - max(LAPSES):
        raise CriteriaError(
            f"a person's threshold needs an accuracy between guessing ({guess:.3g}) and "
            f"{1 - max(LAPSES):.3g}, and {accuracy:.3g} is wanted: choose another floor"
        )
    if len(amounts) < FEWEST_LEVELS:
        raise TableError(f"a person's threshold needs answers at {FEWEST_LEVELS} levels or more")
    if min(amounts.values()) <= 0:
        raise TableError("a person's threshold needs levels that keep something of the photo")


def _counts(rows: pd.DataFrame, levels: list[float]) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return right and wrong answers of each person at each level, both (N, L), and the people's names."""
    right = rows.pivot_table(index="agent_id", columns="crop_level", values="correct", aggfunc="sum")
    asked = rows.pivot_table(index="agent_id", columns="crop_level", values="correct", aggfunc="count")
    right, asked = (table.reindex(columns=levels).fillna(0) for table in (right, asked))
    return np.asarray(right, dtype=float), np.asarray(asked - right, dtype=float), list(map(str, right.index))
