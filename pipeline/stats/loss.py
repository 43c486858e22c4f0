"""How much do people lose by the crop? Accuracy at a level against the same people on uncropped photos.

A study may choose this as its human hypothesis (`Criteria.human_gate`): the loss is smaller than a margin,
rather than accuracy is above a floor. People are their own controls.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

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
    se, df : of the difference; None where there is no spread to estimate them from
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where nothing is known
    p : one-sided p of "the loss is at least the margin"; 1 where it cannot be estimated; where everybody is
        right at the level, an exact bound with min(people, photos) independent units
    n_people, n_items : people with trials at both levels, and photos
    per_class : the same for every class alone
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
    per_class: dict[str, "Loss"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


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
    return [
        _comparable(level, loss_at(level, answers, coded.human[0], margin, alpha, coded.categories))
        for level, answers in cropped
    ]


def _comparable(level: float, loss: Loss | None) -> Loss:
    if loss is None:
        raise TableError(
            f"level {level:g}: nobody has trials of the same classes at this level and at level 0"
        )
    return loss


def loss_at(
    level: float, cropped: Answers, full: Answers, margin: float, alpha: float, categories: tuple[str, ...]
) -> Loss | None:
    """Compare the people who have trials at both levels, in all classes together and in each alone.

    Parameters
    ----------
    level
        The level of `cropped`.
    cropped, full
        People's answers at that level and at level 0, from the same code book.
    margin, alpha
        See `human_loss`.
    categories
        Class names by code.

    Returns
    -------
    None where the levels share no people or not the same classes.
    """
    parts = {
        categories[code]: _loss(
            level,
            cropped.where(cropped.category == code),
            full.where(full.category == code),
            margin,
            alpha,
        )
        for code in cropped.categories
    }
    whole = _loss(level, cropped, full, margin, alpha)
    return whole and replace(whole, per_class={name: part for name, part in parts.items() if part})


def _loss(level: float, cropped: Answers, full: Answers, margin: float, alpha: float) -> Loss | None:
    same = np.intersect1d(cropped.agent, full.agent)
    cropped, full = (side.where(np.isin(side.agent, same)) for side in (cropped, full))
    if same.size == 0 or not np.array_equal(cropped.categories, full.categories):
        return None
    at_level, at_zero = (float(class_means(side)[0].mean()) for side in (cropped, full))
    both = cropped.joined(full)
    size = (same.size, both.n_items)
    residuals = np.concatenate([residuals_of(cropped)[1], -residuals_of(full)[1]])
    variance, df = two_way_variance(both, residuals)  # a person's own level cancels in V_A
    if variance is None or df is None:
        return Loss(
            level, at_level - at_zero, None, None, *_bounds(at_level, cropped, margin, alpha), *size, {}
        )
    se = math.sqrt(variance)
    estimate, half = at_level - at_zero, float(stats.t.ppf(1 - alpha / 2, df)) * se
    p = exact.never_zero(float(stats.t.sf((estimate + margin) / se, df)))
    return Loss(level, estimate, se, df, max(estimate - half, -1.0), min(estimate + half, 1.0), p, *size, {})


def _bounds(at_level: float, cropped: Answers, margin: float, alpha: float) -> tuple[float, float, float]:
    """Return interval and p where there is no spread: nobody who is always right has lost much.

    The uncropped accuracy is at most 1, so a loss of the margin leaves at most 1 - margin.
    """
    if at_level < 1:
        return -1.0, 1.0, 1.0
    units = float(min(cropped.n_agents, np.unique(cropped.cluster).size))
    return exact.interval(1.0, units, alpha)[0] - 1, 1.0, exact.p_above(1.0, units, 1 - margin)
