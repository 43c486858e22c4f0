"""People x photos x networks: the power of every size of a study, and the smallest that is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from stats.apa import estimate, threshold
from stats.decision.criteria import Criteria
from stats.errors import CriteriaError
from stats.inference import binomial
from stats.planning.power_analysis import Design, Power, power


@dataclass(frozen=True)
class Size:
    """A study of one size, and its power.

    Attributes
    ----------
    photos, networks : test photos, and networks per level
    answers : answers of all people together
    power : chances that levels are supported
    chance, low, high : chance of what is wanted, with its exact 95 % interval
    """

    photos: int
    networks: int
    answers: int
    power: Power
    chance: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.power.people} people × {self.photos} photos × {self.networks} networks per level"

    def chance_in_words(self) -> str:
        """Return the chance with its interval."""
        return estimate(self.chance, self.low, self.high, digits=2)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        own = {name: value for name, value in self.__dict__.items() if name != "power"}
        return own | self.power.to_dict()


@dataclass(frozen=True)
class Recommendation:
    """All sizes that were tried, and the smallest that is enough.

    Attributes
    ----------
    sizes : by photos, networks and people
    goal : chance that is wanted
    level : the level that shall be supported; None for any
    smallest : fewest answers, then photos, then networks, of those shown to reach the goal (lower bound);
        None where no size is
    """

    sizes: tuple[Size, ...]
    goal: float
    level: int | None
    smallest: Size | None

    @property
    def best(self) -> Size:
        """The size with the largest chance."""
        return max(self.sizes, key=lambda size: size.chance)

    def in_words(self) -> str:
        """Return which size to choose, or what the largest chance is where none is enough."""
        wanted = "any level is supported" if self.level is None else f"level {self.level} is supported"
        if self.smallest is None:
            return (
                f"No size is shown to reach a chance of {threshold(self.goal)} that {wanted}: the largest is "
                f"{self.best.chance_in_words()}, with {self.best}. Try larger sizes, or more runs."
            )
        return (
            f"Recommended: {self.smallest}, the fewest answers for which the chance that {wanted} is "
            f"shown to reach {threshold(self.goal)}: {self.smallest.chance_in_words()}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "power": [size.to_dict() for size in self.sizes],
            "goal": self.goal,
            "level": self.level,
            "recommended": self.smallest.to_dict() if self.smallest else None,
        }


def recommend(
    design: Design,
    people: Sequence[int],
    photos: Sequence[int],
    networks: Sequence[int],
    *,
    goal: float = 0.80,
    level: int | None = None,
    criteria: Criteria | None = None,
    runs: int = 400,
    seed: int = 0,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Recommendation:
    """Simulate every size, and name the smallest whose chance is shown to reach the goal.

    Parameters
    ----------
    design
        What is assumed; its numbers of photos and networks are replaced.
    people, photos, networks
        Numbers to try, in all combinations.
    goal
        Chance wanted, in (0, 1).
    level
        Level that shall be supported, counted from 0; None for any level.
    criteria, runs, seed
        As in `power`.
    on_progress
        Called with a line after each size.

    Raises
    ------
    CriteriaError
        When a size makes no study, the goal is no chance, or there is no such level.

    Examples
    --------
    >>> design = Design(human=(0.97, 0.95), machine=(0.96, 0.40), photos=60, seeds=4)
    >>> plan = recommend(design, [4, 40], [60], [4], runs=40)
    >>> [size.power.people for size in plan.sizes], plan.smallest.power.people
    ([4, 40], 40)
    """
    if not 0 < goal < 1:
        raise CriteriaError("the chance wanted must lie between 0 and 1")
    if level is not None and not 0 <= level < len(design.human):
        raise CriteriaError(
            f"there is no level {level}: levels are counted from 0 to {len(design.human) - 1}"
        )
    sizes = []
    for n_photos, n_networks, n_people in product(photos, networks, people):
        sized = _resized(design, n_photos, n_networks)
        (result,) = power(sized, [n_people], criteria=criteria, runs=runs, seed=seed)
        sizes.append(_size(sized, result, level))
        on_progress(f"{n_people} people × {n_photos} photos × {n_networks} networks: {sizes[-1].chance:.2f}")
    enough = [size for size in sizes if size.low >= goal]
    smallest = min(enough, key=lambda size: (size.answers, size.photos, size.networks), default=None)
    return Recommendation(tuple(sizes), goal, level, smallest)


def _resized(design: Design, photos: int, networks: int) -> Design:
    trials = design.trials_per_person
    return replace(
        design,
        photos=photos,
        seeds=networks,
        trials_per_person=None if trials is None else min(trials, photos // design.asked.photos_per_trial),
    )


def _size(design: Design, result: Power, level: int | None) -> Size:
    chance = result.any_level if level is None else result.per_level[level]
    low, high = binomial.interval(chance, result.runs, 0.05)
    answers = result.people * (design.trials_per_person or design.trials)
    return Size(design.photos, design.seeds, answers, result, chance, low, high)
