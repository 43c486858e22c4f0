"""How well the blind spot tells a viewing distance: simulated people whose distance is known.

`python -m benchmarks.blind_spot` prints how far off the estimate is for people who press late, by one press
for each round and by two, and with people's eyes as they differ. Then what
each limit of the spread lets through: people who do as they are told, restless ones, and random presses.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean, pstdev

from study.sizing import blind_spot
from study.sizing.blind_spot import Estimate, Round, Sweep, estimate_of, sweep_for
from study.sizing.presser import Presser

MM_PER_PX = 25.4 / 96
PLANNED_CM = 57.0
SWEEP = sweep_for(PLANNED_CM, MM_PER_PX)
DISTANCES = (40.0, 57.0, 75.0)
LAGS = (0.2, 0.35, 0.5, 0.8)
# How much eyes differ: where 19 people in a chinrest pressed (Li et al. 2020, data of experiment 1), and
# where the spots of 11,449 eyes lie in perimetry (Wang et al. 2017, Scientific Reports 7, 6143, abstract).
BETWEEN_EYES = {"in a chinrest": 0.73, "in perimetry": 1.37}
LIMITS = (0.1, 0.15, 0.2, 0.3)
LONGEST_WAIT_S = 4.0  # of who presses at random

People = list[tuple[Round, ...]]


@dataclass(frozen=True)
class Errors:
    """Mean, standard deviation and mean size of errors, as shares of the true distance."""

    bias: float
    sd: float
    size: float

    def __str__(self) -> str:
        return f"{self.bias:+.1%} | {self.sd:.1%} | {self.size:.1%}"


def errors_of(estimates: Sequence[Estimate], distance_cm: float) -> Errors:
    """Return how far estimates are off."""
    errors = [estimate.distance_cm / distance_cm - 1 for estimate in estimates]
    return Errors(fmean(errors), pstdev(errors), fmean(map(abs, errors)))


def by_two_presses(people: People) -> list[Estimate]:
    """Return the estimates as they are stored."""
    return [estimate_of(rounds, MM_PER_PX) for rounds in people]


def by_one_press(people: People) -> list[Estimate]:
    """Return those by the first press of each round alone, as the method was published."""
    return by_two_presses([tuple(Round(each.gone_px, each.gone_px) for each in rounds) for rounds in people])


def people_at(
    distance_cm: float,
    n: int,
    *,
    between_eyes: float = 0.0,
    **habits: float,
) -> People:
    """Return the rounds of people at one distance; the same ones in each run."""
    chance = random.Random(2020)
    sit = partial(Presser, distance_cm, chance, **habits)
    return [
        sit(edge_degrees=chance.gauss(blind_spot.EDGE_DEGREES, between_eyes)).rounds(SWEEP, MM_PER_PX)
        for _ in range(n)
    ]


def people_who_do_not_look(n: int) -> People:
    """Return the rounds of people who press whenever they like, wherever the dot is."""
    chance = random.Random(904)
    return [tuple(_random_presses(SWEEP, chance)) for _ in range(n)]


def _random_presses(sweep: Sweep, chance: random.Random) -> Iterator[Round]:
    start = sweep.start
    for _ in range(sweep.rounds):
        gone = min(sweep.most_room, start + sweep.speed * chance.uniform(0.2, LONGEST_WAIT_S))
        turn = min(sweep.most_room, gone * (1 + sweep.beyond))
        yield Round(gone, max(1.0, turn - sweep.speed * chance.uniform(0.2, LONGEST_WAIT_S)))
        start = gone * chance.uniform(*sweep.next_starts)


def stored_share(estimates: Sequence[Estimate], limit: float) -> float:
    """Return the share of estimates that a limit of the spread would let through."""
    nearest, farthest = blind_spot.NEAREST_CM, blind_spot.FARTHEST_CM
    return fmean(
        nearest <= each.distance_cm <= farthest and each.spread_cm <= limit * each.distance_cm
        for each in estimates
    )


def print_errors(n: int) -> None:
    """Print how far off people are who press late, and whose eyes differ."""
    print("| distance | lag | one press: bias | SD | mean size | two presses: bias | SD | mean size |")
    print("|---|---|---|---|---|---|---|---|")
    for distance in DISTANCES:
        for lag in LAGS:
            people = people_at(distance, n, lag_s=lag)
            ways = (errors_of(way(people), distance) for way in (by_one_press, by_two_presses))
            print(f"| {distance:g} cm | {lag:g} s | {' | '.join(map(str, ways))} |")
    print("\n| differences between eyes | bias | SD | mean size |\n|---|---|---|---|")
    for source, between_eyes in BETWEEN_EYES.items():
        people = people_at(PLANNED_CM, n, between_eyes=between_eyes)
        errors = errors_of(by_two_presses(people), PLANNED_CM)
        print(f"| {source}, SD {between_eyes:g} degrees | {errors} |")


def print_limits(n: int) -> None:
    """Print what each limit of the spread lets through."""
    groups = (
        people_at(PLANNED_CM, n),
        people_at(PLANNED_CM, n, border_sd=1.5, lag_sd=0.3),
        people_who_do_not_look(n),
    )
    print("\n| largest spread | as told | restless | not looking |\n|---|---|---|---|")
    for limit in LIMITS:
        shares = (f"{stored_share(by_two_presses(people), limit):.1%}" for people in groups)
        print(f"| {limit:.0%} | {' | '.join(shares)} |")


def main() -> None:
    """Simulate, and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=4000, help="in each row")
    n = options.parse_args().people
    print_errors(n)
    print_limits(n)


if __name__ == "__main__":
    main()
