"""Power analysis: how many people a study needs, by simulated studies that are tested like real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stats.apa import share
from stats.decision.criteria import Criteria
from stats.decision.gates import sweet_levels
from stats.errors import CriteriaError
from stats.inference import binomial
from stats.planning.other_studies.task_scales import Asked, d_prime_of
from stats.planning.simulated_studies import EVERY_LEVEL, NOT_SHOWN, PEOPLE, SEEDS, Spread, draw, latin_square
from stats.table.arrays import Coded, IntArray

WORDS = {
    Asked.YES_NO: "Whether a photo shows a class is asked, yes or no",
    Asked.TWO_PHOTOS: "One of two photos is chosen",
    Asked.SAME_DIFFERENT: "Two photos are compared, half of the pairs show the same class",
}


@dataclass(frozen=True)
class Design:
    """A study that might be run.

    Attributes
    ----------
    human, machine : marginal accuracy per level, light (uncropped) to heavy
    photos : test photos, each seen once by a person and at every level by each seed
    seeds : training seeds of the attacker per level
    trials_per_person : photos a person sees, or pairs where a trial shows two; all when None
    n_categories : classes
    asked : what a trial asks
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
    asked: Asked = Asked.CLASSES

    @property
    def trials(self) -> int:
        """Return how many trials the photos make: as many, or half as many where a trial shows two."""
        return self.photos // self.asked.photos_per_trial

    @property
    def chance(self) -> float:
        """Return how often guessing is right."""
        return self.asked.chance(self.n_categories)

    def __post_init__(self) -> None:
        if len(self.human) != len(self.machine) or not self.human:
            raise CriteriaError("give one human and one machine accuracy per level")
        if not all(0 < accuracy < 1 for accuracy in (*self.human, *self.machine)):
            raise CriteriaError("accuracies must lie between 0 and 1")
        if self.asked is not Asked.CLASSES and min(*self.human, *self.machine) < self.chance:
            raise CriteriaError(f"accuracies must not lie below {self.chance:g}: guessing is right so often")
        if self.trials < 2 * self.n_categories * len(self.human) or self.seeds < 1:
            raise CriteriaError("a study needs a seed, and two photos (or pairs) per class and level or more")
        if self.trials_per_person is not None and not 0 < self.trials_per_person <= self.trials:
            raise CriteriaError("trials per person must lie between 1 and the number of photos, or of pairs")

    def asked_in_words(self) -> str:
        """Return what is asked, how often guessing is right, and the accuracies as d'; empty for classes.

        Examples
        --------
        >>> design = Design((0.95, 0.9), (0.9, 0.6), photos=60, seeds=4, asked=Asked.TWO_PHOTOS)
        >>> design.asked_in_words()  # doctest: +ELLIPSIS
        "One of two photos is chosen: guessing is right at .50; 60 photos make 30 pairs, ... people 2.33, ...
        """
        if self.asked is Asked.CLASSES:
            return ""
        pairs = f" {self.photos} photos make {self.trials} pairs, of which answers are a sample;"
        scales = (
            ", ".join(f"{d_prime_of(each, self.asked, self.n_categories):.2f}" for each in side)
            for side in (self.human, self.machine)
        )
        return (
            f"{WORDS[self.asked]}: guessing is right at {share(self.chance, 2)};"
            f"{pairs if self.asked.photos_per_trial > 1 else ''} without bias the accuracies are a d' of "
            "people {}, machine {}.".format(*scales)
        )


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
        When there is no size to try, no run, or a ceiling that guessing reaches.

    Examples
    --------
    >>> design = Design(human=(0.97, 0.93), machine=(0.96, 0.45), photos=60, seeds=4)
    >>> few, many = power(design, [4, 30], runs=20)
    >>> few.any_level < many.any_level
    True
    """
    if min(people, default=0) < 1 or runs < 1:
        raise CriteriaError("people and runs must be 1 or more")
    criteria = criteria or Criteria()
    if criteria.ceiling <= design.chance:
        raise CriteriaError(
            f"no machine can be shown to be below a ceiling of {criteria.ceiling:g}, as guessing is right at "
            f"{design.chance:g}: raise the ceiling"
        )
    rng = np.random.default_rng(seed)
    return [_power(design, size, criteria, runs, rng) for size in people]


def _power(design: Design, people: int, criteria: Criteria, runs: int, rng: np.random.Generator) -> Power:
    shown = _shown(design, people)
    everything = np.full((design.seeds, design.trials), EVERY_LEVEL)
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
    square = latin_square(people, design.trials, len(design.human))
    if design.trials_per_person is None:
        return square
    start = np.arange(people)[:, None] * design.trials_per_person
    turn = (np.arange(design.trials)[None, :] - start) % design.trials
    return np.where(turn < design.trials_per_person, square, NOT_SHOWN)
