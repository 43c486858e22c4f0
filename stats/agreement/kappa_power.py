"""How many photos a difference of kappa needs: studies simulated with it, and tested as real ones are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stats.agreement.error_consistency import LEAST_SHARED
from stats.agreement.kappa_design import KappaDesign, observer_groups
from stats.agreement.kappa_differences import KappaDifference, level_differences
from stats.agreement.kappa_resamples import mean_kappa, replicates
from stats.agreement.observer_pairs import Judged
from stats.agreement.pair_kinds import MIXED, PEOPLE, Kind
from stats.agreement.simulated_observers import Group, simulated
from stats.errors import CriteriaError
from stats.inference import binomial

RESAMPLES = 100  # of each simulated study: enough for a standard error


@dataclass(frozen=True)
class KappaPower:
    """The chance that a number of photos shows the difference.

    Attributes
    ----------
    photos : that every observer judges
    power : share of simulated studies in which the difference is seen, in its direction
    low, high : exact 95 % interval of that share
    runs : simulated studies
    """

    photos: int
    power: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True)
class PhotosNeeded:
    """All numbers of photos that were tried, and the fewest that are enough.

    Attributes
    ----------
    design : what was assumed
    powers : by number of photos
    goal : chance wanted
    alpha : error rate of the test
    smallest : fewest photos shown to reach the goal, by the lower bound of their power; None where none are
    """

    design: KappaDesign
    powers: tuple[KappaPower, ...]
    goal: float
    alpha: float
    smallest: KappaPower | None

    @property
    def best(self) -> KappaPower:
        """The number of photos with the largest power."""
        return max(self.powers, key=lambda each: each.power)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def photos_needed(
    design: KappaDesign,
    photos: Sequence[int],
    *,
    goal: float = 0.80,
    alpha: float = 0.05,
    runs: int = 400,
    resamples: int = RESAMPLES,
    seed: int = 0,
    on_progress: Callable[[str], None] = lambda _: None,
) -> PhotosNeeded:
    """Simulate studies of each number of photos, and name the fewest photos that show the difference.

    Everybody judges every photo. Photos are drawn anew in every simulated study, and so is all that observers
    of one kind do not share; people are equally accurate, and agree with each other equally.

    Parameters
    ----------
    photos
        Numbers to try.
    goal
        Chance wanted that the difference is seen, in (0, 1).
    alpha
        Error rate of the two-sided test; for the first of m differences by Holm, one m-th of it.
    runs
        Simulated studies of each number of photos.
    resamples, seed
        Of the bootstrap in each simulated study, and of all chance.
    on_progress
        Called with a line after each number of photos.

    Raises
    ------
    CriteriaError
        When no observers are such as the design says, a number of photos is too small, or the goal no chance.

    References
    ----------
    Klein, Meyen, Brendel, Wichmann & Meding (2025), arXiv 2507.06645 (how many trials a kappa needs).

    Examples
    --------
    >>> design = KappaDesign(human=0.8, machines=(0.7,), kappas=(0.5, 0.1), people=6)
    >>> plan = photos_needed(design, [20, 300], runs=30)
    >>> plan.powers[0].power < plan.powers[1].power, plan.smallest.photos
    (True, 300)
    """
    _refuse(design, photos, goal, runs)
    groups = observer_groups(design)
    powers = []
    for number in sorted(photos):
        rngs = (np.random.default_rng((seed, number, run)) for run in range(runs))
        tests = [simulated_test(groups, number, alpha, resamples, rng) for rng in rngs]
        powers.append(_power(number, tests, design.difference, alpha))
        on_progress(f"{number} photos: {powers[-1].power:.2f}")
    smallest = next((each for each in powers if each.low >= goal), None)
    return PhotosNeeded(design, tuple(powers), goal, alpha, smallest)


def simulated_test(
    groups: Sequence[Group], photos: int, alpha: float, resamples: int, rng: np.random.Generator
) -> KappaDifference | None:
    """Return the test of one simulated study, by the code that tests real ones; None where there is none.

    Parameters
    ----------
    groups
        People, and one machine or two.
    photos
        That every observer judges.
    alpha, resamples
        Of the test.

    Examples
    --------
    >>> groups = [Group(6, 0.8, 0.8), Group(1, 0.7, 0.8)]
    >>> test = simulated_test(groups, 100, 0.05, 100, np.random.default_rng(0))
    >>> test.first, test.second, test.ci_low < test.estimate < test.ci_high
    ('human-machine (first)', 'human-human', True)
    """
    people, *machines = simulated(groups, photos, rng)
    kinds = _kinds(people, machines)
    every_pairs = [kind.pairs(LEAST_SHARED) for kind in kinds]
    drawn = replicates(every_pairs, resamples, rng, by_class=False)
    tallies = [pairs.tallies(np.ones(photos), by_class=False) for pairs in every_pairs]
    kappas = [mean_kappa(each.overall, each.shared) for each in tallies]
    return next(level_differences(0, kinds, kappas, drawn, alpha), None)


def _refuse(design: KappaDesign, photos: Sequence[int], goal: float, runs: int) -> None:
    if design.difference == 0:
        raise CriteriaError("the two kappas are equal: there is no difference to see")
    if not photos or min(photos) < LEAST_SHARED:
        raise CriteriaError(f"a pair must share {LEAST_SHARED} photos to count: try at least so many")
    if not 0 < goal < 1 or runs < 1:
        raise CriteriaError("the chance wanted must lie between 0 and 1, and one run is the least")


def _kinds(people: Judged, machines: Sequence[Judged]) -> list[Kind]:
    """Return the two kinds of pairs that are compared."""
    mixed = [
        Kind(MIXED, name, people, machine)
        for name, machine in zip(("first", "second"), machines, strict=False)
    ]
    return [Kind(PEOPLE, "", people, people), *mixed] if len(mixed) == 1 else mixed


def _power(photos: int, tests: Sequence[KappaDifference | None], planted: float, alpha: float) -> KappaPower:
    """Return the share of tests that see the planted difference in its direction."""
    seen = [test is not None and test.p < alpha and test.estimate * planted > 0 for test in tests]
    share = float(np.mean(seen))
    return KappaPower(photos, share, *binomial.interval(share, len(seen), 0.05), len(seen))
