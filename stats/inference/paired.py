"""How much better are people than the machine on the very same photos?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from stats.inference.clustered import (
    ROUNDING,
    between_agents,
    between_clusters,
    class_means,
    photo_df,
    residuals_of,
    within_cells,
)
from stats.table.arrays import Answers


@dataclass(frozen=True)
class Gap:
    """People's accuracy minus the machine's, at one level, on the photos both judged.

    Attributes
    ----------
    estimate : difference of the macro averages, in [-1, 1]
    se, df : of the difference; None where it cannot be estimated
    ci_low, ci_high : interval at 1 - alpha; [-1, 1] where it cannot be estimated
    n_people, n_seeds, n_items : sizes
    conditional : one network only, so that the interval does not speak for new seeds
    """

    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    n_people: int
    n_seeds: int
    n_items: int
    conditional: bool


def paired_gap(human: Answers, machine: Answers, alpha: float) -> Gap | None:
    """Estimate the gap with people, seeds and photos all random; photos pair the two sides.

    Parameters
    ----------
    human, machine
        Answers of one level, from the same code book.
    alpha
        Of the two-sided interval.

    Returns
    -------
    None where no photo was judged by both.
    """
    shared = np.intersect1d(human.item, machine.item)
    human, machine = (side.where(np.isin(side.item, shared)) for side in (human, machine))
    if shared.size == 0:
        return None
    machine = replace(machine, agent=machine.agent + int(human.agent.max()) + 1)  # nobody is on both sides
    estimate = float(class_means(human)[0].mean() - class_means(machine)[0].mean())
    size = (human.n_agents, machine.n_agents, shared.size, machine.n_agents == 1)
    variance, df = _variance(human, machine)
    if variance is None or df is None:
        return Gap(estimate, None, None, -1.0, 1.0, *size)
    half = float(stats.t.ppf(1 - alpha / 2, df)) * math.sqrt(variance)
    return Gap(
        estimate, math.sqrt(variance), df, max(estimate - half, -1.0), min(estimate + half, 1.0), *size
    )


def _variance(human: Answers, machine: Answers) -> tuple[float | None, float | None]:
    """Return the variance of the difference and its degrees of freedom.

    People and seeds add up; the residuals of both sides meet in the photos: what both find hard cancels.
    """
    sides = [(human, residuals_of(human)[1]), (machine, -residuals_of(machine)[1])]
    both = human.joined(machine)
    photos = between_clusters(both, np.concatenate([residuals for _, residuals in sides]))
    if photos is None or human.n_agents < 2:
        return None, None
    photos_df = photo_df(both)
    agents, rest, spread = 0.0, 0.0, photos**2 / photos_df
    for answers, residuals in sides:
        between = between_agents(answers, residuals)
        if between is None:  # one network: conditional on it, its chance errors stay in the photos' part
            continue
        within = within_cells(answers, residuals)
        agents, rest = agents + between, rest + within
        agents_df = answers.n_agents - 1
        spread += between**2 / agents_df + within**2 / (agents_df * photos_df)
    variance = max(agents + photos - rest, agents, photos)
    known = variance > ROUNDING * max(rest, ROUNDING)
    return (variance, variance**2 / spread) if known else (None, None)
