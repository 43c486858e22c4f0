"""The loss of accuracy by the crop: people at a level against the same people on uncropped photos.

A study may choose this as its human hypothesis (`Criteria.human_gate`): the loss is smaller than a margin,
rather than accuracy is above a floor. People are their own controls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from stats.errors import CriteriaError, TableError
from stats.inference import binomial
from stats.inference.clustered import class_means, residuals_of, two_way_variance
from stats.inference.estimates import Loss
from stats.inference.independent_photos import fewest_units
from stats.table.arrays import Answers, Coded, FloatArray, encode
from stats.table.tidy import tidy


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

    Examples
    --------
    People lose little at level 1 and much at level 2; the margin is .10.

    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> trials = simulate([0.95, 0.95, 0.70], np.random.default_rng(0), n_agents=40, n_items=120)
    >>> light, heavy = human_loss(trials, margin=0.10)
    >>> round(light.estimate, 2), light.p < 0.05, round(heavy.estimate, 2), heavy.p > 0.05
    (-0.01, True, -0.28, True)
    """
    return losses_of(encode(tidy(trials, mode).primary), margin, alpha)


def losses_of(coded: Coded, margin: float, alpha: float) -> list[Loss]:
    """Test the same on answers that are arrays already.

    Parameters
    ----------
    coded
        Answers of people, and of machines or none, per level.
    margin, alpha
        See `human_loss`.

    Raises
    ------
    TableError
        When people have no trials at level 0, or none of the same classes at another level.
    CriteriaError
        When the margin leaves (0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> trials = simulate([0.95, 0.70], np.random.default_rng(0), n_agents=40, n_items=120)
    >>> (heavy,) = losses_of(encode(tidy(trials).primary), margin=0.10, alpha=0.05)
    >>> heavy.p > 0.05
    True
    """
    if not 0 < margin < 1:
        raise CriteriaError(f"margin must lie between 0 and 1, not {margin}")
    people = {level: answers for level, answers, _ in coded.pairs() if answers.agent.size}
    uncropped = people.pop(0.0, None)
    if uncropped is None:
        raise TableError("a loss needs people's trials at level 0 (uncropped)")
    losses = []
    for level, answers in people.items():
        loss = loss_at(level, answers, uncropped, margin, alpha, coded.categories)
        if loss is None:
            raise TableError(
                f"level {level:g}: nobody has trials of the same classes at this level and at level 0"
            )
        losses.append(loss)
    return losses


def loss_at(
    level: float, cropped: Answers, full: Answers, margin: float, alpha: float, categories: tuple[str, ...]
) -> Loss | None:
    """Compare the people who have trials at both levels, in all classes together and in each alone.

    Parameters
    ----------
    level
        The level of `cropped`.
    cropped, full
        People's answers at that level and at level 0, with people, photos and classes numbered alike.
    margin, alpha
        See `human_loss`.
    categories
        Class names by code.

    Returns
    -------
    None where the levels share no people or not the same classes.

    Examples
    --------
    Six people who are always right at both levels have shown that they lose little.

    >>> from stats.table.network_answers import network_answers
    >>> always_right = network_answers([[1] * 8] * 6, [0] * 8, range(8))
    >>> loss = loss_at(1, always_right, always_right, margin=0.5, alpha=0.05, categories=("dunk",))
    >>> loss.estimate, loss.p == 0.5**6, loss.n_people
    (0.0, True, 6)
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
    pair = _Paired.of(cropped, full)
    change, size = pair.at_level - pair.at_zero, (same.size, pair.both.n_items)
    variance, df = pair.variance(1.0, 1.0)
    test = pair.test(margin)
    if variance is None or df is None or test is None:
        bounds = _bounds(pair.at_level, cropped, margin, alpha)
        return Loss(level, change, None, None, *bounds, None, None, *size, {})
    se, (t, t_df) = math.sqrt(variance), test
    half = float(special.stdtrit(df, 1 - alpha / 2)) * se
    p = binomial.never_zero(float(special.stdtr(t_df, -t)))
    low, high = max(change - half, -1.0), min(change + half, 1.0)
    return Loss(level, change, se, df, low, high, p, t, t_df, *size, {})


@dataclass(frozen=True)
class _Paired:
    """The same people at both levels; a person's own level cancels in the variance between people.

    Attributes
    ----------
    both : answers at the level, then those at level 0
    at_level, at_zero : macro-averaged accuracies
    residuals : of the answers at the level, and of those at level 0
    """

    both: Answers
    at_level: float
    at_zero: float
    residuals: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, cropped: Answers, full: Answers) -> _Paired:
        means = [float(class_means(side)[0].mean()) for side in (cropped, full)]
        residuals = (residuals_of(cropped)[1], residuals_of(full)[1])
        return cls(cropped.joined(full), means[0], means[1], residuals)

    def variance(self, level_slope: float, zero_slope: float) -> tuple[float | None, float | None]:
        """Return variance and df of the difference of both accuracies, each times a slope."""
        weighted = np.concatenate([level_slope * self.residuals[0], -zero_slope * self.residuals[1]])
        return two_way_variance(self.both, weighted)

    def test(self, margin: float) -> tuple[float, float] | None:
        """Return t and df of the accuracy at the level against accuracy at level 0 minus the margin.

        Both on the logit scale, where accuracies near 1 are closer to normal; None where it has no spread.
        """
        allowed = max(self.at_zero - margin, 1 / (2 * self.both.n_trials))
        if not 0 < self.at_level < 1:
            return None
        slopes = (1 / (share * (1 - share)) for share in (self.at_level, allowed))
        variance, df = self.variance(*slopes)
        if variance is None or df is None:
            return None
        distance = float(special.logit(self.at_level) - special.logit(allowed))
        return distance / math.sqrt(variance), df


def _bounds(at_level: float, cropped: Answers, margin: float, alpha: float) -> tuple[float, float, float]:
    """Return interval and p where all or none are right, or where there is no spread at all.

    Nobody who is always right has lost much: uncropped accuracy is at most 1, so that a loss of the margin
    leaves at most 1 - margin.
    """
    if at_level < 1:
        return -1.0, 1.0, 1.0
    units = fewest_units(cropped)
    return binomial.interval(1.0, units, alpha)[0] - 1, 1.0, binomial.p_above(1.0, units, 1 - margin)
