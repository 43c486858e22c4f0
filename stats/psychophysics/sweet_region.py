"""The continuous sweet spot: the region of crops where people hold and the machine fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from stats.decision.assay import assay_of
from stats.decision.criteria import Criteria
from stats.decision.primary_analysis import own_level_only
from stats.decision.warnings import FEW_PEOPLE, never_meet
from stats.errors import TableError
from stats.inference.estimates import Gap
from stats.inference.paired import paired_gap
from stats.inference.two_way_bootstrap import Resampled, resample
from stats.psychophysics.crop_axis import crop_axis
from stats.psychophysics.observer_curves import FEWEST_PEOPLE, GRID, Curve, FittedObservers, complete_levels
from stats.psychophysics.thresholds import Crossing, Place, certified_region, shared_range
from stats.table.arrays import Coded, FloatArray, encode
from stats.table.guessing import Guessing, guessing_of_both
from stats.table.tidy import tidy

FEWEST_LEVELS = 3


@dataclass(frozen=True)
class SweetRegion:
    """The continuous sweet spot. What one kind of observer lacks is None, and `reasons` says why.

    Attributes
    ----------
    axis : `subject_cut` (share of the subject cut away), `crop_fraction` (share of the photo cut away) or
        `crop_level`
    x : (L,) place of each level on the axis
    human, machine : fitted curves, each over its own levels
    x_human : where people fall through the floor
    x_machine : where the machine falls through the ceiling
    x_best : where the gap between the curves is largest, in the range where both were tested
    certified : [upper bound of x_machine, lower bound of x_human], None where it is empty or not allowed
    reasons : why a curve or the region is missing
    gaps : (L,) accuracy of people minus machine, paired by photo; None where no photo was judged by both
    criteria, resamples, seed : how it was computed
    warnings : what a reader must know
    guessing : accuracy of guessing that the curves fall to, of "people" and "machine"
    """

    axis: str
    x: tuple[float, ...]
    human: Curve | None
    machine: Curve | None
    x_human: Place | None
    x_machine: Place | None
    x_best: Place | None
    certified: tuple[float, float] | None
    reasons: tuple[str, ...]
    gaps: tuple[Gap | None, ...]
    criteria: Criteria
    resamples: int
    seed: int
    warnings: tuple[str, ...]
    guessing: dict[str, Guessing]

    @property
    def curves(self) -> dict[str, Curve]:
        """Return the curves that there are, by what their observers are called."""
        named = {"people": self.human, "machine": self.machine}
        return {name: curve for name, curve in named.items() if curve}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values


ONE_PERSON = (
    "one person only: nothing is certified about people, their crossing has no interval, and their band "
    "holds for this one person"
)
TOO_NARROW = "people: intervals of their curve and of what is certified are too narrow"
ONE_NETWORK = "one network only: the machine's curve is conditional on this one trained network"


def sweet_region(
    trials: pd.DataFrame,
    *,
    floor: float = 0.85,
    ceiling: float = 0.75,
    competence: float = 0.80,
    alpha: float = 0.05,
    resamples: int = 10_000,
    seed: int = 0,
    mode: str | None = None,
    chance: Mapping[str, float] | None = None,
) -> SweetRegion:
    """Fit both psychometric curves and find where people still are above the floor and the machine is not.

    A curve, its crossing and its part of the region lie within the levels at which its side was tested. A
    region needs a machine that is competent on uncropped photos, and two curves that fit.

    Parameters
    ----------
    trials
        Tidy table of trials; see `crop_axis` for the axis.
    floor, ceiling, competence, alpha
        See `Criteria`.
    resamples, seed
        Of the two-way bootstrap.
    mode
        Which human rows to analyse when the table holds several modes.
    chance
        Accuracy of guessing by kind of observer, where it is not what the table says; see `guessing`.

    Raises
    ------
    TableError
        When the table cannot be used, has one class only and no declared accuracy of guessing, or neither
        kind of observer has three levels.

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
    """
    criteria = Criteria(floor, ceiling, competence, alpha)
    coded, axis, x, guess = _placed(trials, mode, chance)
    lacking = _lacking(coded, guess)
    fitted = _fitted(coded, x, resample(coded, resamples, seed), guess, lacking)
    human, machine = fitted.get("people"), fitted.get("machine")
    curves = {name: observers.curve(alpha) for name, observers in fitted.items()}
    x_human = human.crossing(floor, alpha) if human else None
    x_machine = machine.crossing(ceiling, alpha) if machine else None
    reasons = (*lacking.values(), *_refusals(coded, criteria, curves))
    return SweetRegion(
        axis=axis,
        x=tuple(x.tolist()),
        human=curves.get("people"),
        machine=curves.get("machine"),
        x_human=x_human.place() if x_human else None,
        x_machine=x_machine.place() if x_machine else None,
        x_best=_largest_gap(human, machine, alpha) if human and machine else None,
        certified=certified_region(x_machine, x_human) if x_machine and x_human and not reasons else None,
        reasons=reasons,
        gaps=tuple(
            paired_gap(people, networks, alpha, second_conditional=True)
            for _, people, networks in coded.pairs()
        ),
        criteria=criteria,
        resamples=resamples,
        seed=seed,
        warnings=(
            *never_meet(coded),
            *_few_observers(human.n_agents if human else None, machine.n_agents if machine else None),
            *_rises(curves, alpha),
        ),
        guessing=guess,
    )


def _placed(
    trials: pd.DataFrame, mode: str | None, chance: Mapping[str, float] | None
) -> tuple[Coded, str, FloatArray, dict[str, Guessing]]:
    """Return the answers, the axis, the place of each level on it, and the accuracy of guessing."""
    counted = own_level_only(tidy(trials, mode).primary)
    coded = encode(counted)
    return coded, *crop_axis(counted, coded), guessing_of_both(counted, chance)


def _fitted(
    coded: Coded,
    x: FloatArray,
    replicates: Resampled,
    guess: Mapping[str, Guessing],
    lacking: dict[str, str],
) -> dict[str, FittedObservers]:
    """Return the kinds of observers that have a curve."""
    sides = {"people": (coded.human, replicates.human), "machine": (coded.machine, replicates.machine)}
    return {
        name: FittedObservers.fitted(
            levels, drawn, x, coded.categories, network=name == "machine", chance=guess[name].rate
        )
        for name, (levels, drawn) in sides.items()
        if name not in lacking
    }


def _lacking(coded: Coded, guess: Mapping[str, Guessing]) -> dict[str, str]:
    """Return why a kind of observer has no curve, for those that have none."""
    if any(of.rate == 1 for of in guess.values()):
        raise TableError(
            "a curve falls to guessing, which one class alone does not have: add other classes, or declare "
            "the accuracy of guessing (--chance)"
        )
    tested = {
        name: len(complete_levels(levels, coded.categories))
        for name, levels in (("people", coded.human), ("machine", coded.machine))
    }
    lacking = {
        name: f"no curve of {name}: it needs trials of every class at {FEWEST_LEVELS} crop levels or more, "
        f"and there are {number or 'none'}"
        for name, number in tested.items()
        if number < FEWEST_LEVELS
    }
    lacking = {name: f"no curve of {name}: {of.uneven}" for name, of in guess.items() if of.uneven} | lacking
    if len(lacking) == len(tested):
        raise TableError("; ".join(lacking.values()))
    return lacking


def _refusals(coded: Coded, criteria: Criteria, curves: dict[str, Curve]) -> list[str]:
    """Return why nothing may be certified, although there are curves."""
    assay = assay_of(coded, criteria)
    bad = [name for name, curve in curves.items() if not curve.fit.fits(criteria.alpha)]
    refusals = [] if assay.passed else [f"no region without a competent machine: {assay.reason}"]
    return [*refusals, *(f"no region from a curve that fits badly: that of {name}" for name in bad)]


def _largest_gap(human: FittedObservers, machine: FittedObservers, alpha: float) -> Place | None:
    """Return where people's curve lies farthest above the machine's, where both were tested."""
    both = shared_range(human.x, machine.x)
    if both is None:
        return None
    grid = np.linspace(*both, GRID)
    gaps = human.curves.at(grid)  # (1 + B, G)
    gaps -= machine.curves.at(grid)
    unbounded = (-np.inf, np.inf)
    return Crossing(grid[gaps.argmax(axis=1)], np.array(both), alpha, unbounded, human.resampled).place()


def _few_observers(people: int | None, networks: int | None) -> list[str]:
    warnings = []
    if people is not None and people < FEWEST_PEOPLE:
        warnings.append(ONE_PERSON)
    elif people is not None and people < FEW_PEOPLE:
        warnings.append(f"only {people} {TOO_NARROW}")
    return warnings + [ONE_NETWORK] * (networks == 1)


def _rises(curves: dict[str, Curve], alpha: float) -> list[str]:
    """Return a warning for every kind of observer whose accuracies do not fall."""
    return [
        f"accuracy of {name} rises with heavier crops somewhere: a falling curve misleads"
        for name, curve in curves.items()
        if curve.monotone.p < alpha
    ]
