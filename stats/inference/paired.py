"""The difference in accuracy between two groups of observers on the same photos."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.inference.clustered import (
    ROUNDING,
    between_agents,
    between_clusters,
    photo_df,
    residuals_of,
    within_cells,
)
from stats.inference.estimates import Gap
from stats.table.arrays import Answers, FloatArray


def paired_gap(
    first: Answers,
    second: Answers,
    alpha: float,
    *,
    first_conditional: bool = False,
    second_conditional: bool = False,
) -> Gap | None:
    """Estimate the difference in accuracy between two groups of observers, first minus second.

    Observers and photos are random. Photos pair the two groups: what both find hard cancels.

    Parameters
    ----------
    first, second
        Answers of two disjoint groups of observers at one level, with photos and classes numbered alike. The
        numbers of their agents may overlap: nobody is taken to be in both groups.
    alpha
        Error rate of the two-sided interval.
    first_conditional, second_conditional
        Whether a group that consists of a single observer may be taken as given, so that the interval is
        conditional on it (a network may, a person may not).

    Returns
    -------
    None where no photo was judged by both.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.

    Examples
    --------
    Two people and two networks judge the same four photos of one class.

    >>> import numpy as np
    >>> from stats.table.arrays import Answers
    >>> def group(correct):
    ...     agent, photo = (index.ravel() for index in np.indices(correct.shape))
    ...     return Answers(agent, photo, photo, 0 * photo, correct.ravel(), np.ones(photo.size))
    >>> people = group(np.array([[1.0, 1, 1, 0], [1, 1, 1, 1]]))
    >>> networks = group(np.array([[1.0, 0, 0, 0], [1, 1, 0, 0]]))
    >>> gap = paired_gap(people, networks, alpha=0.05, second_conditional=True)
    >>> gap.estimate, round(gap.se, 3), gap.n_first, gap.n_second, gap.n_items
    (0.5, 0.204, 2, 2, 4)
    """
    shared = np.intersect1d(first.item, second.item)
    if shared.size == 0:
        return None
    groups = (
        _Group.of(first.where(np.isin(first.item, shared)), 1, first_conditional),
        _Group.of(second.where(np.isin(second.item, shared)), -1, second_conditional),
    )
    estimate = groups[0].mean - groups[1].mean
    variance, df = _variance(*groups)
    se = None if variance is None else math.sqrt(variance)
    half = math.inf if se is None or df is None else float(special.stdtrit(df, 1 - alpha / 2)) * se
    return Gap(
        estimate=estimate,
        se=se,
        df=df,
        ci_low=max(estimate - half, -1.0),
        ci_high=min(estimate + half, 1.0),
        n_first=groups[0].size,
        n_second=groups[1].size,
        n_items=shared.size,
        conditional=any(group.conditional and group.size == 1 for group in groups),
    )


@dataclass(frozen=True)
class _Group:
    """One side of the difference.

    Attributes
    ----------
    answers : on the shared photos
    mean : macro-averaged accuracy
    residuals : (n,) of its answers, times the sign of this side in the difference
    conditional : whether a single observer may be taken as given
    """

    answers: Answers
    mean: float
    residuals: FloatArray
    conditional: bool

    @classmethod
    def of(cls, answers: Answers, sign: int, conditional: bool) -> _Group:
        means, residuals = residuals_of(answers)
        return cls(answers, float(means.mean()), sign * residuals, conditional)

    @property
    def size(self) -> int:
        return self.answers.n_agents


def _variance(first: _Group, second: _Group) -> tuple[float | None, float | None]:
    """Return the variance of the difference and its degrees of freedom.

    The parts between observers add up; the residuals of both groups meet in the photos, where what both find
    hard cancels.
    """
    both = first.answers.joined(second.answers)
    photos = between_clusters(both, np.concatenate([first.residuals, second.residuals]))
    if photos is None or any(group.size < 2 and not group.conditional for group in (first, second)):
        return None, None
    photos_df = photo_df(both)
    agents, rest, spread = 0.0, 0.0, photos**2 / photos_df
    for group in (first, second):
        between = between_agents(group.answers, group.residuals)
        if between is None:  # one network: conditional on it, its chance errors stay in the photos' part
            continue
        within = within_cells(group.answers, group.residuals)
        agents, rest = agents + between, rest + within
        agents_df = group.size - 1
        spread += between**2 / agents_df + within**2 / (agents_df * photos_df)
    variance = max(agents + photos - rest, agents, photos)
    known = variance > ROUNDING * max(rest, ROUNDING)
    return (variance, variance**2 / spread) if known else (None, None)
