"""How much do people lose by the crop? Accuracy at a level against the same people on uncropped photos.

A study may choose this as its human hypothesis: the loss is smaller than a margin, rather than accuracy is
above a floor. People are their own controls.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from . import exact
from .answers import Answers, encode
from .clustered import class_means, residuals_of, two_way_variance
from .errors import CriteriaError, TableError
from .tidy import tidy


@dataclass(frozen=True)
class Loss:
    """People's accuracy at a level minus their accuracy on uncropped photos.

    Attributes
    ----------
    crop_level : the level
    estimate : difference of the macro averages, in [-1, 1]; negative is a loss
    se, df : of the difference; None where it cannot be estimated
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where it cannot be estimated
    p : one-sided p of "the loss is at least the margin"; 1 where it cannot be estimated
    n_people, n_items : people with trials at both levels, and photos
    """

    crop_level: float
    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    p: float
    n_people: int
    n_items: int


def human_loss(
    trials: pd.DataFrame, *, margin: float, alpha: float = 0.05, mode: str | None = None
) -> list[Loss]:
    """Test at every cropped level whether people lose less than a margin.

    Parameters
    ----------
    trials
        Tidy table with people's trials at level 0 and at others.
    margin
        Loss that would be too large, in accuracy, within (0, 1).
    alpha
        Of the two-sided intervals.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When people have no trials at level 0, or the table cannot be used.
    CriteriaError
        When the margin leaves (0, 1).
    """
    if not 0 < margin < 1:
        raise CriteriaError(f"margin must lie between 0 and 1, not {margin}")
    people = tidy(trials, mode).primary
    coded = encode(people.loc[people["human"]])
    if coded.levels.size == 0 or coded.levels[0] != 0:
        raise TableError("a loss needs people's trials at level 0 (uncropped)")
    cropped = zip(coded.levels[1:].tolist(), coded.human[1:], strict=True)
    return [_loss(level, answers, coded.human[0], margin, alpha) for level, answers in cropped]


def _loss(level: float, cropped: Answers, full: Answers, margin: float, alpha: float) -> Loss:
    """Compare the people who have trials at both levels."""
    same = np.intersect1d(cropped.agent, full.agent)
    cropped, full = (side.where(np.isin(side.agent, same)) for side in (cropped, full))
    comparable = same.size > 0 and np.array_equal(cropped.categories, full.categories)
    if not comparable:
        raise TableError(
            f"level {level:g}: nobody has trials of the same classes at this level and at level 0"
        )
    estimate = float(class_means(cropped)[0].mean() - class_means(full)[0].mean())
    both = cropped.joined(full)
    size = (same.size, both.n_items)
    residuals = np.concatenate([residuals_of(cropped)[1], -residuals_of(full)[1]])
    variance, df = two_way_variance(both, residuals)  # a person's own level cancels in V_A
    if variance is None or df is None:
        return Loss(level, estimate, None, None, -1.0, 1.0, 1.0, *size)
    se = math.sqrt(variance)
    half = float(stats.t.ppf(1 - alpha / 2, df)) * se
    p = exact.never_zero(float(stats.t.sf((estimate + margin) / se, df)))
    return Loss(level, estimate, se, df, max(estimate - half, -1.0), min(estimate + half, 1.0), p, *size)
