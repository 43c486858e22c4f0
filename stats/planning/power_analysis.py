"""Power analysis: how many people a study needs, by simulated studies that are tested like real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stats.decision.criteria import Criteria
from stats.decision.gates import sweet_levels
from stats.errors import CriteriaError
from stats.inference import binomial
from stats.planning.simulated_studies import EVERY_LEVEL, NOT_SHOWN, PEOPLE, SEEDS, Spread, draw, latin_square
from stats.table.arrays import Coded, IntArray


@dataclass(frozen=True)
class Design:
    """A study that might be run.

    Attributes
    ----------
    human, machine : marginal accuracy per level, light (uncropped) to heavy
    photos : test photos, each seen once by a person and at every level by each seed
    seeds : training seeds of the attacker per level
    trials_per_person : photos a person sees; all when None
    n_categories : classes
    people_spread, seed_spread : random effects on the logit scale

    Raises
    ------
    CriteriaError
        When the numbers do not make a study, such as an accuracy outside (0, 1).
    """

    human: tuple[float, ...]
    machine: tuple[float, ...]
    photos: int
    seeds: int
    trials_per_person: int | None = None
    n_categories: int = 3
    people_spread: Spread = PEOPLE
    seed_spread: Spread = SEEDS

    def __post_init__(self) -> None:
        if len(self.human) != len(self.machine) or not self.human:
            raise CriteriaError("give one human and one machine accuracy per level")
        if not all(0 < accuracy < 1 for accuracy in (*self.human, *self.machine)):
            raise CriteriaError("accuracies must lie between 0 and 1")
        if self.photos < 2 * self.n_categories * len(self.human) or self.seeds < 1:
            raise CriteriaError("a study needs a seed, and two photos per class and level or more")
        if self.trials_per_person is not None and not 0 < self.trials_per_person <= self.photos:
            raise CriteriaError("trials per person must lie between 1 and the number of photos")


@dataclass(frozen=True)
class Power:
    """Chance that a study of this size supports each level.

    Attributes
    ----------
    people : number of people
    per_level : chance that the level is called sweet
    low, high : exact 95 % interval of each chance, from the number of simulated studies
    any_level : chance that at least one level is
    runs : simulated studies
    """

    people: int
    per_level: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    any_level: float
    runs: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def power(
    design: Design, people: Sequence[int], *, criteria: Criteria | None = None, runs: int = 400, seed: int = 0
) -> list[Power]:
    """Estimate by simulation how often studies of several sizes support each level.

    Parameters
    ----------
    design
        What is assumed about the study.
    people
        Numbers of people to try.
    criteria
        Thresholds; by default those of `Criteria`.
    runs, seed
        Simulated studies per size, and seed of the generator.

    Raises
    ------
    CriteriaError
        When there is no size to try, or no run.

    Examples
    --------
    >>> design = Design(human=(0.97, 0.93), machine=(0.96, 0.45), photos=60, seeds=4)
    >>> few, many = power(design, [4, 30], runs=20)
    >>> few.any_level < many.any_level
    True
    """
    if min(people, default=0) < 1 or runs < 1:
        raise CriteriaError("people and runs must be 1 or more")
    rng = np.random.default_rng(seed)
    return [_power(design, size, criteria or Criteria(), runs, rng) for size in people]


def _power(design: Design, people: int, criteria: Criteria, runs: int, rng: np.random.Generator) -> Power:
    shown = _shown(design, people)
    everything = np.full((design.seeds, design.photos), EVERY_LEVEL)
    names = tuple(str(code) for code in range(design.n_categories))
    levels = np.arange(float(len(design.human)))
    sweet = np.zeros((runs, levels.size), dtype=bool)
    for run in range(runs):
        humans = draw(design.human, design.people_spread, shown, rng, design.n_categories)
        machine = draw(design.machine, design.seed_spread, everything, rng, design.n_categories)
        sweet[run] = np.isin(levels, sweet_levels(Coded(levels, names, humans, machine), criteria))
    shares = sweet.mean(axis=0).tolist()
    low, high = zip(*(binomial.interval(share, runs, 0.05) for share in shares), strict=True)
    return Power(people, tuple(shares), low, high, float(sweet.any(axis=1).mean()), runs)


def _shown(design: Design, people: int) -> IntArray:
    """Return the level (people, photos) of the Latin square; a person with few trials sees the next ones."""
    square = latin_square(people, design.photos, len(design.human))
    if design.trials_per_person is None:
        return square
    start = np.arange(people)[:, None] * design.trials_per_person
    turn = (np.arange(design.photos)[None, :] - start) % design.photos
    return np.where(turn < design.trials_per_person, square, NOT_SHOWN)
