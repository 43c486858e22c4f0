"""The primary test: whether accuracy is above the floor (people) or below the ceiling (machine)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy import special

from stats.errors import CriteriaError
from stats.inference import binomial
from stats.inference.clustered import MacroMean, macro_mean
from stats.inference.estimates import Accuracy, Method
from stats.inference.independent_photos import fewest_units, independent_photos, independent_sources
from stats.table.arrays import Answers


class Side(StrEnum):
    """Which way the alternative lies."""

    ABOVE = "above"  # people: the null hypothesis is h <= floor
    BELOW = "below"  # machine: the null hypothesis is m >= ceiling


@dataclass(frozen=True)
class Threshold:
    """What an accuracy is tested against.

    Attributes
    ----------
    value : floor or ceiling, in (0, 1)
    side : where the alternative lies
    alpha : error rate of the two-sided intervals
    conditional : whether a single agent may be tested over photos alone (a network may, a person may not)

    Raises
    ------
    CriteriaError
        When the value or alpha leaves (0, 1).
    """

    value: float
    side: Side
    alpha: float
    conditional: bool

    def __post_init__(self) -> None:
        for name in ("value", "alpha"):
            if not 0 < getattr(self, name) < 1:  # also catches NaN
                raise CriteriaError(f"{name} of a threshold must lie in (0, 1), not {getattr(self, name)}")


def accuracy(answers: Answers, threshold: Threshold, categories: tuple[str, ...]) -> Accuracy:
    """Estimate and test the accuracy in all classes together and in each alone.

    Parameters
    ----------
    answers
        At least one answer of one kind of observer at one level.
    categories
        Class names by code.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.
    Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26.

    Examples
    --------
    Is a single network, right on 10 of 40 photos, shown to be below a ceiling of .60?

    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([1] * 10 + [0] * 30, [0] * 40, range(40))
    >>> ceiling = Threshold(0.60, Side.BELOW, alpha=0.05, conditional=True)
    >>> machine = accuracy(answers, ceiling, ("dunk",))
    >>> machine.estimate, round(machine.ci_high, 3), machine.p < 0.001
    (0.25, 0.412, True)
    >>> machine.method.value
    'exact binomial over photos, conditional on this one trained network'
    """
    per_class = {
        categories[code]: _tested(answers.where(answers.category == code), threshold, {})
        for code in answers.categories
    }
    return _tested(answers, threshold, per_class)


class Inference(NamedTuple):
    """Interval and test of one accuracy; the fields are those of `Accuracy`."""

    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    p: float


def _tested(answers: Answers, threshold: Threshold, per_class: dict[str, Accuracy]) -> Accuracy:
    counted = answers.photo_means() if threshold.conditional and answers.n_agents == 1 else answers
    mean = macro_mean(counted)
    method, inference = _inference(counted, mean, threshold)
    photos = None if answers.photos_unknown else answers.n_items
    sizes = (answers.n_agents, photos, answers.n_trials)
    return Accuracy(mean.estimate, *inference, *sizes, method, per_class)


def _inference(answers: Answers, mean: MacroMean, threshold: Threshold) -> tuple[Method, Inference]:
    """Choose the test. A degenerate table gets an exact bound, never p = 0 or a zero-width interval."""
    inside = 0 < mean.estimate < 1
    if threshold.conditional and mean.n_agents == 1:
        return Method.ONE_NETWORK, _one_network(answers, mean, threshold)
    if answers.photos_unknown and inside and mean.agent_variance is not None:
        df = float(mean.n_agents - 1)
        return Method.FIXED_PHOTOS, logit_t(mean.estimate, mean.agent_variance, df, threshold)
    if inside and mean.variance is not None and mean.df is not None:
        return Method.CLUSTERED, logit_t(mean.estimate, mean.variance, mean.df, threshold)
    if threshold.conditional and not inside:
        # Seeds are few by nature: three that all answer alike would never show anything as three units.
        photos = independent_sources(answers, mean)
        return Method.UNANIMOUS_NETWORKS, _exact(mean.estimate, photos, None, threshold)
    return Method.SMALLEST_SIDE, _exact(mean.estimate, fewest_units(answers), None, threshold)


def logit_t(estimate: float, variance: float, df: float, threshold: Threshold) -> Inference:
    """Compute test and interval on the logit scale, where accuracy is closer to normal (delta method).

    Parameters
    ----------
    estimate, variance, df
        Accuracy strictly inside (0, 1), its variance (> 0) and degrees of freedom.

    Examples
    --------
    >>> floor = Threshold(0.85, Side.ABOVE, alpha=0.05, conditional=False)
    >>> inference = logit_t(0.92, 0.02**2, 17.0, floor)
    >>> round(inference.ci_low, 3), round(inference.ci_high, 3), round(inference.p, 4)
    (0.866, 0.953, 0.0093)
    """
    se_logit = math.sqrt(variance) / (estimate * (1 - estimate))
    distance = float(special.logit(estimate) - special.logit(threshold.value)) / se_logit
    sign = 1 if threshold.side is Side.ABOVE else -1
    p = binomial.never_zero(float(special.stdtr(df, -sign * distance)))
    half = float(special.stdtrit(df, 1 - threshold.alpha / 2)) * se_logit
    low, high = special.expit(special.logit(estimate) + np.array([-half, half]))
    return Inference(math.sqrt(variance), df, float(low), float(high), p)


def _one_network(answers: Answers, mean: MacroMean, threshold: Threshold) -> Inference:
    """Test exactly over photos, or over as many independent photos as those of shared sources are worth."""
    units = independent_photos(answers, mean, threshold.alpha)
    variance = mean.estimate * (1 - mean.estimate) / units
    return _exact(mean.estimate, units, math.sqrt(variance) or None, threshold)


def _exact(estimate: float, units: float, se: float | None, threshold: Threshold) -> Inference:
    tail = binomial.p_above if threshold.side is Side.ABOVE else binomial.p_below
    low, high = binomial.interval(estimate, units, threshold.alpha)
    return Inference(se, None, low, high, tail(estimate, units, threshold.value))
