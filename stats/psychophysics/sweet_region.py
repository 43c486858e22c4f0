"""The continuous sweet spot: the region of crops where people hold and the machine fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.primary_analysis import own_level_only
from stats.decision.warnings import FEW_PEOPLE
from stats.errors import TableError
from stats.inference.estimates import Gap
from stats.inference.paired import paired_gap
from stats.inference.two_way_bootstrap import resample
from stats.psychophysics.observer_curves import FEWEST_PEOPLE, Curve, FittedObservers
from stats.psychophysics.thresholds import Crossing, Place, certified_region
from stats.table.arrays import Coded, FloatArray, encode
from stats.table.tidy import tidy

FEWEST_LEVELS = 3
GRID = 201


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
    gaps : (L,) accuracy of people minus machine, paired by photo; None where no photo was judged by both
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

    Examples
    --------
    People fall through .80 somewhere behind level 2, networks through .60 between levels 0 and 1.

    >>> import numpy as np
    >>> import pandas as pd
    >>> from stats.planning.simulated_studies import simulate
    >>> rng = np.random.default_rng(1)
    >>> people = simulate([0.97, 0.95, 0.90, 0.50], rng, n_agents=24, n_items=96)
    >>> networks = simulate([0.95, 0.45, 0.40, 0.36], rng, agent_type="model", n_agents=4, n_items=96)
    >>> region = sweet_region(pd.concat([people, networks]), floor=0.80, ceiling=0.60, resamples=99)
    >>> region.x_machine.estimate < 1 < 2 < region.x_human.estimate
    True
    >>> region.certified == (region.x_machine.ci_high, region.x_human.ci_low)
    True
    """
    criteria = Criteria(floor, ceiling, alpha=alpha)
    counted = own_level_only(tidy(trials, mode).primary)
    coded = encode(counted)
    if len(coded.categories) < 2:
        raise TableError("a curve falls to guessing, which one class alone does not have: add other classes")
    axis, x = _axis(counted, coded)
    replicates = resample(coded, resamples, seed)
    human = FittedObservers.fitted(coded.human, replicates.human, x, coded.categories, network=False)
    machine = FittedObservers.fitted(coded.machine, replicates.machine, x, coded.categories, network=True)
    grid = np.linspace(x.min(), x.max(), GRID)
    curves = human.curve(grid, alpha), machine.curve(grid, alpha)
    x_human, x_machine = human.crossing(floor, alpha), machine.crossing(ceiling, alpha)
    return SweetRegion(
        axis=axis,
        x=tuple(x.tolist()),
        grid=tuple(grid.tolist()),
        human=curves[0],
        machine=curves[1],
        x_human=x_human.place(),
        x_machine=x_machine.place(),
        x_best=_largest_gap(human, machine, grid, alpha),
        certified=certified_region(x_machine, x_human, x),
        gaps=tuple(
            paired_gap(people, networks, alpha, second_conditional=True)
            for _, people, networks in coded.pairs()
        ),
        criteria=criteria,
        resamples=resamples,
        seed=seed,
        warnings=(
            *_few_observers(human.n_agents, machine.n_agents),
            *_rises({"people": curves[0], "the machine": curves[1]}, alpha),
        ),
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


def _largest_gap(human: FittedObservers, machine: FittedObservers, grid: FloatArray, alpha: float) -> Place:
    """Return where people's curve lies farthest above the machine's."""
    gaps = human.curves.at(grid) - machine.curves.at(grid)  # (1 + B, G)
    unbounded = (-np.inf, np.inf)
    return Crossing(grid[gaps.argmax(axis=1)], human.x, alpha, unbounded, human.resampled).place()


def _few_observers(people: int, networks: int) -> list[str]:
    warnings = []
    if people < FEWEST_PEOPLE:
        warnings.append(
            "one person only: nothing is certified about people, their crossing has no interval, and their "
            "band holds for this one person"
        )
    elif people < FEW_PEOPLE:
        warnings.append(
            f"only {people} people: intervals of their curve and of what is certified are too narrow"
        )
    if networks == 1:
        warnings.append(
            "one training seed only: the machine's curve is conditional on this one trained network"
        )
    return warnings


def _rises(curves: dict[str, Curve], alpha: float) -> list[str]:
    """Return a warning for every kind of observer whose accuracies do not fall."""
    return [
        f"accuracy of {name} rises with heavier crops somewhere: a falling curve misleads"
        for name, curve in curves.items()
        if curve.monotone.p < alpha
    ]
