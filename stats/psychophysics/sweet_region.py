"""The continuous sweet spot: how much may be cut away before people fall below the floor?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.primary_analysis import own_level_only
from stats.decision.warnings import FEW_PEOPLE
from stats.errors import TableError
from stats.inference.clustered import class_means
from stats.inference.estimates import Gap
from stats.inference.isotonic import Monotone, monotone_check
from stats.inference.paired import paired_gap
from stats.inference.two_way_bootstrap import resample
from stats.psychophysics.bracket import bracket
from stats.psychophysics.psychometric import Curves, fit_curves
from stats.psychophysics.thresholds import Crossing, Place, certified_region
from stats.table.arrays import Answers, Coded, FloatArray, encode
from stats.table.tidy import tidy

FEWEST_LEVELS = 3
FEWEST_PEOPLE = 2  # one person, resampled, is the same person: nothing is learnt about others
GRID = 201


@dataclass(frozen=True)
class Curve:
    """A fitted psychometric curve of one kind of observer.

    Attributes
    ----------
    mu, s, lapse : centre, width, lapse rate
    observed : (L,) macro-averaged accuracy by level; None without trials
    fitted, low, high : (G,) curve and pointwise bootstrap band on the grid
    monotone : whether the accuracies fall as a curve must
    """

    mu: float
    s: float
    lapse: float
    observed: tuple[float | None, ...]
    fitted: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    monotone: Monotone


@dataclass(frozen=True)
class SweetRegion:
    """The continuous sweet spot.

    Attributes
    ----------
    axis : `crop_fraction` (share of the photo cut away) or `crop_level`
    x : (L,) place of each level on the axis
    grid : (G,) where the curves are drawn
    human, machine : fitted curves
    x_human : where people fall through the floor
    x_machine : where the machine falls through the ceiling
    x_best : where the gap between the curves is largest
    certified : [upper bound of x_machine, lower bound of x_human], None where empty or with a single person
    gaps : human-machine gap by level, paired by photo
    criteria, resamples, seed : how it was computed
    warnings : what a reader must know
    """

    axis: str
    x: tuple[float, ...]
    grid: tuple[float, ...]
    human: Curve
    machine: Curve
    x_human: Place
    x_machine: Place
    x_best: Place
    certified: tuple[float, float] | None
    gaps: tuple[Gap | None, ...]
    criteria: Criteria
    resamples: int
    seed: int
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values


def sweet_region(
    trials: pd.DataFrame,
    *,
    floor: float = 0.85,
    ceiling: float = 0.75,
    alpha: float = 0.05,
    resamples: int = 10_000,
    seed: int = 0,
    mode: str | None = None,
) -> SweetRegion:
    """Fit both psychometric curves and find where people still are above the floor and the machine is not.

    Parameters
    ----------
    trials
        Tidy table of trials; `crop_fraction` is the axis when the table has it, else `crop_level`.
    floor, ceiling, alpha
        See `Criteria`.
    resamples, seed
        Of the two-way bootstrap.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table cannot be used, or holds fewer than three levels, one class only, or only one
        kind of observer.
    """
    criteria = Criteria(floor, ceiling, alpha=alpha)
    counted = own_level_only(tidy(trials, mode).primary)
    coded = encode(counted)
    if len(coded.categories) < 2:
        raise TableError("a curve falls to guessing, which one class alone does not have: add other classes")
    axis, x = _axis(counted, coded)
    replicates = resample(coded, resamples, seed)
    grid = np.linspace(x.min(), x.max(), GRID)
    chance = 1 / len(coded.categories)
    human, people = _curve(coded, "human", replicates.human, x, grid, chance, alpha)
    machine, networks = _curve(coded, "machine", replicates.machine, x, grid, chance, alpha)
    names = coded.categories
    told = _agents(coded.human) >= FEWEST_PEOPLE
    x_human = Crossing(
        people.crossing(floor),
        x,
        alpha,
        bracket(coded.human, x, floor, alpha, names, conditional=False),
        known=told,
    )
    x_machine = Crossing(
        networks.crossing(ceiling),
        x,
        alpha,
        bracket(coded.machine, x, ceiling, alpha, names, conditional=True),
    )
    gaps = people.at(grid) - networks.at(grid)
    best = Crossing(grid[gaps.argmax(axis=1)], x, alpha, (-np.inf, np.inf), known=told)
    return SweetRegion(
        axis,
        tuple(x.tolist()),
        tuple(grid.tolist()),
        human,
        machine,
        x_human.place(),
        x_machine.place(),
        best.place(),
        certified_region(x_machine, x_human, x),
        tuple(
            paired_gap(human, machine, alpha, second_conditional=True) for _, human, machine in coded.pairs()
        ),
        criteria,
        resamples,
        seed,
        tuple(_warnings(coded, human, machine, alpha)),
    )


def _axis(counted: pd.DataFrame, coded: Coded) -> tuple[str, FloatArray]:
    """Return the axis and the place of each level on it: the mean share cut away of its trials."""
    for kind, levels in (("people", coded.human), ("the machine", coded.machine)):
        if sum(level.agent.size > 0 for level in levels) < FEWEST_LEVELS:
            raise TableError(f"a curve needs trials of {kind} at {FEWEST_LEVELS} crop levels or more")
    if "crop_fraction" not in counted or counted["crop_fraction"].isna().all():
        return "crop_level", coded.levels
    x = counted.groupby("crop_level")["crop_fraction"].mean().to_numpy(dtype=float)
    if np.isnan(x).any() or (np.diff(x) <= 0).any():
        raise TableError(
            "crop_fraction must be given at every level and grow with crop_level; fill or drop it"
        )
    return "crop_fraction", x


def _curve(
    coded: Coded,
    kind: str,
    replicates: FloatArray,
    x: FloatArray,
    grid: FloatArray,
    chance: float,
    alpha: float,
) -> tuple[Curve, Curves]:
    """Fit the curve to the trials (row 0) and to every resample (the other rows)."""
    levels = coded.human if kind == "human" else coded.machine
    observed = np.array([class_means(level)[0].mean() if level.agent.size else np.nan for level in levels])
    trials = np.array([level.n_trials for level in levels], dtype=float)
    curves = fit_curves(x, np.vstack([observed, replicates]), trials, chance)
    drawn = curves.at(grid)
    low, high = np.quantile(drawn[1:], [alpha / 2, 1 - alpha / 2], axis=0)
    seen = trials > 0
    curve = Curve(
        float(curves.mu[0]),
        float(curves.s[0]),
        float(curves.lapse[0]),
        tuple(None if np.isnan(value) else float(value) for value in observed),
        tuple(drawn[0].tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
        monotone_check(observed[seen], _complete(replicates[:, seen]), trials[seen]),
    )
    return curve, curves


def _complete(replicates: FloatArray) -> FloatArray:
    """Drop the rare resamples in which a level kept no trial."""
    return replicates[~np.isnan(replicates).any(axis=1)]


def _agents(levels: Sequence[Answers]) -> int:
    return int(np.unique(np.concatenate([level.agent for level in levels])).size)


def _few_people(people: int) -> list[str]:
    if people < FEWEST_PEOPLE:
        return [
            "one person only: nothing is certified about people, their crossing has no interval, and their "
            "band holds for this one person"
        ]
    few = f"only {people} people: intervals of their curve and of what is certified are too narrow"
    return [few] if people < FEW_PEOPLE else []


def _warnings(coded: Coded, human: Curve, machine: Curve, alpha: float) -> list[str]:
    told = _few_people(_agents(coded.human))
    if _agents(coded.machine) == 1:
        told.append("one training seed only: the machine's curve is conditional on this one trained network")
    for name, curve in (("people", human), ("machine", machine)):
        if curve.monotone.p < alpha:
            told.append(f"accuracy of {name} rises with heavier crops somewhere: a falling curve misleads")
    return told
