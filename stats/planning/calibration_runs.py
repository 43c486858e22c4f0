"""What `python -m stats calibration` simulates: kinds of studies, and the rates that are promised of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stats.planning.error_rates import (
    BY_LOSS,
    FLOOR_EVERYWHERE,
    KAPPA,
    MACHINE_TESTED,
    N_PEOPLE,
    N_PHOTOS,
    N_SEEDS,
    NO_SWEET_SPOT,
    NUMBERS_OF_LEVELS,
    ONCE,
    PEOPLE_TESTED,
    PHI,
    REPEATED,
    UNEQUAL,
    WHOLE,
    Asking,
    boundary_outcomes,
    boundary_studies,
    declarations,
    loss_outcomes,
    machine_everywhere,
    naive_rejections,
    people_at_a_level,
    people_everywhere,
)
from stats.planning.other_studies.design_rates import design_studies
from stats.planning.other_studies.simulated_pairs import pair_studies
from stats.planning.other_studies.simulated_yes_no import yes_no_studies
from stats.planning.piloted_studies import piloted_declarations
from stats.planning.rates import Rate, rate
from stats.table.arrays import Answers

Goal = tuple[float, float]
TEST: dict[str, Goal] = {"rejection": (0.03, 0.07), "coverage": (0.93, 0.975)}
DECLARED: dict[str, Goal] = {"sweet spot declared": (0.0, 0.06)}
DECLARED_AT_ONE: dict[str, Goal] = {"sweet spot declared": (0.0, 0.07)}  # one level is a single test
COMPARISON: dict[str, Goal] = {"for comparison": (0.0, 1.0)}

ASKINGS = {"asked up to three times about a photo": REPEATED, "with unequal numbers of photos": UNEQUAL}


@dataclass(frozen=True)
class Scenario:
    """Simulated studies of one kind.

    Attributes
    ----------
    name
        What is true of the studies.
    promised
        Range of each rate that is counted.
    simulate
        Takes the number of runs and a source of chance, and returns for each rate what happened in each run.
    """

    name: str
    promised: dict[str, Goal]
    simulate: Callable[[int, np.random.Generator], Sequence[Sequence[bool]]]

    def rates(self, runs: int, seed: int) -> list[Rate]:
        """Simulate, with a source of chance of its own: no rate depends on which others are counted.

        Examples
        --------
        >>> pooled = next(scenario for scenario in scenarios() if "pooled" in scenario.name)
        >>> [rate.name for rate in pooled.rates(runs=2, seed=0)]
        ['for comparison, rejection of a binomial over pooled trials']
        """
        rng = np.random.default_rng([seed, zlib.crc32(self.name.encode())])
        outcomes = self.simulate(runs, rng)
        return [
            rate(name, happened, goal)
            for name, goal, happened in zip(self.counted, self.promised.values(), outcomes, strict=True)
        ]

    @property
    def counted(self) -> list[str]:
        """Return the names of the rates."""
        return [f"{what}, {self.name}" for what in self.promised]


def calibrate(
    runs: int, seed: int, on_progress: Callable[[str], None], known: Mapping[str, Rate] | None = None
) -> list[Rate]:
    """Simulate every scenario.

    Parameters
    ----------
    runs
        Simulated studies per scenario.
    seed
        Of the generators; the same seed gives the same rates.
    on_progress
        Receives a line per rate.
    known
        Rates by name that were counted before, with as many runs and the same seed; only others are counted.

    Examples
    --------
    >>> lines = []
    >>> rates = calibrate(runs=2, seed=0, on_progress=lines.append)
    >>> len(rates) == len(lines), rates[0].name
    (True, 'rejection, people at 0.85: 18 people x 100 photos')
    """
    rates, known = [], known or {}
    for scenario in scenarios():
        if known.keys() >= set(scenario.counted):
            rates += [known[name] for name in scenario.counted]
            continue
        for counted in scenario.rates(runs, seed):
            rates.append(counted)
            on_progress(
                f"{counted.rate:7.4f}  [{counted.goal_low:.3f}, {counted.goal_high:.3f}]  {counted.name}"
            )
    return rates


def scenarios() -> Iterator[Scenario]:
    """Yield every kind of study that is simulated.

    Examples
    --------
    >>> sum("unequal numbers" in scenario.name for scenario in scenarios())
    9
    """
    yield from _single_tests()
    pooled = "rejection of a binomial over pooled trials"
    yield Scenario(pooled, COMPARISON, lambda runs, rng: [naive_rejections(runs, rng)])
    for name, (people, machine) in NO_SWEET_SPOT.items():
        yield _declared(name, people, machine)
    yield from _loss()
    for n_levels in NUMBERS_OF_LEVELS:
        yield from _numbers_of_levels(n_levels)
    for name, (people, machine) in NO_SWEET_SPOT.items():
        piloted = partial(_piloted, people, machine)
        yield Scenario(f"after a pilot, {name}", DECLARED, piloted)
    reused = partial(_piloted, *NO_SWEET_SPOT[FLOOR_EVERYWHERE], reuse=True)
    yield Scenario("the pilot's own people judge what they chose", COMPARISON, reused)
    yield from (Scenario(*study) for study in design_studies())
    yield from (Scenario(*study) for study in yes_no_studies())
    yield from (Scenario(*study) for study in pair_studies())


def _single_tests() -> Iterator[Scenario]:
    sizes = f"people at {PHI}: {N_PEOPLE} people x {N_PHOTOS} photos"
    yield _test(sizes, partial(people_everywhere, ONCE))
    for how, asking in ASKINGS.items():
        yield _test(f"{sizes}, {how}", partial(people_everywhere, asking))
    networks = f"machine at {KAPPA}: {N_SEEDS} seeds x {N_PHOTOS} photos"
    yield Scenario(
        networks,
        TEST,
        lambda runs, rng: boundary_outcomes(lambda: machine_everywhere(rng), MACHINE_TESTED, runs),
    )


def _test(name: str, of_people: Callable[[np.random.Generator], Answers]) -> Scenario:
    return Scenario(
        name, TEST, lambda runs, rng: boundary_outcomes(lambda: of_people(rng), PEOPLE_TESTED, runs)
    )


def _loss() -> Iterator[Scenario]:
    delta = BY_LOSS.loss_delta
    yield Scenario(
        f"people who lose {delta:g}: {2 * N_PEOPLE} people x {N_PHOTOS} photos", TEST, loss_outcomes
    )
    people, machine = [WHOLE, *[WHOLE - delta] * 4], [0.95, 0.5, 0.5, 0.5, 0.5]
    yield Scenario(
        f"loss gate, people lose {delta:g} at every level",
        DECLARED,
        lambda runs, rng: [declarations(people, machine, runs, rng, BY_LOSS)],
    )


def _numbers_of_levels(n_levels: int) -> Iterator[Scenario]:
    """Yield one test and whole studies of some cropped levels, as planned, with repeats and with gaps."""
    promised = DECLARED_AT_ONE if n_levels == 1 else DECLARED
    of_people = f"people at {PHI} at the heaviest of {n_levels} cropped levels"
    for how, asking in {"": ONCE, **ASKINGS}.items():
        name = f"{of_people}, {how}" if how else of_people
        yield _test(name, partial(people_at_a_level, n_levels, asking))
    studies = boundary_studies(n_levels)
    for name, (people, machine) in studies.items():
        yield _declared(name, people, machine, promised=promised)
    worst, (people, machine) = list(studies.items())[-1]
    for how, asking in ASKINGS.items():
        yield _declared(f"{worst}, people {how}", people, machine, asking=asking, promised=promised)


def _declared(
    name: str,
    people: Sequence[float],
    machine: Sequence[float],
    *,
    asking: Asking = ONCE,
    promised: dict[str, Goal] = DECLARED,
) -> Scenario:
    return Scenario(
        name,
        promised,
        lambda runs, rng: [declarations(people, machine, runs, rng, asking=asking)],
    )


def _piloted(
    people: Sequence[float],
    machine: Sequence[float],
    runs: int,
    rng: np.random.Generator,
    *,
    reuse: bool = False,
) -> list[list[bool]]:
    return [piloted_declarations(people, machine, runs, rng, reuse=reuse)]
