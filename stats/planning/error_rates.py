"""Error rates of the primary test in simulated studies on the boundary of the null hypotheses.

Run it as `python -m stats calibration`. Every run draws new people, new seeds and new photos, so that the
truth is the marginal accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.primary_analysis import sweet_levels
from stats.inference import binomial
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.accuracy_loss import loss_at
from stats.planning.rates import Rate, rate
from stats.planning.simulated_studies import EVERY_LEVEL, PEOPLE, SEEDS, Spread, draw, latin_square
from stats.table.arrays import Coded, IntArray

CRITERIA = Criteria()
CLASSES = ("dribble", "dunk", "shoot")
N_PEOPLE, N_SEEDS, N_PHOTOS = 18, 5, 100
BY_LOSS, WHOLE = Criteria(human_gate=HumanGate.LOSS, loss_delta=0.10), 0.95


def everything(n_agents: int) -> IntArray:
    return np.full((n_agents, N_PHOTOS), EVERY_LEVEL)


def boundary(
    truth: float, side: Side, n_agents: int, spread: Spread, runs: int, rng: np.random.Generator
) -> tuple[list[bool], list[bool]]:
    """Return, per run, whether the true null was rejected and whether the interval covered the truth."""
    threshold = Threshold(truth, side, CRITERIA.alpha, conditional=False)
    rejected, covered = [], []
    for _ in range(runs):
        (answers,) = draw([truth], spread, everything(n_agents), rng)
        found = accuracy(answers, threshold, CLASSES)
        rejected.append(found.p <= CRITERIA.alpha)
        covered.append(found.ci_low <= truth <= found.ci_high)
    return rejected, covered


def naive_rejections(runs: int, rng: np.random.Generator) -> list[bool]:
    """Reject with a binomial over pooled trials: what the primary test must not do."""
    rejected = []
    for _ in range(runs):
        (answers,) = draw([CRITERIA.floor], PEOPLE, everything(N_PEOPLE), rng)
        p = binomial.p_above(float(answers.correct.mean()), answers.n_trials, CRITERIA.floor)
        rejected.append(p <= CRITERIA.alpha)
    return rejected


def loss_boundary(runs: int, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
    """The same for a loss against uncropped photos that is exactly the margin, paired by person."""
    margin, alpha = BY_LOSS.loss_delta, BY_LOSS.alpha
    square = latin_square(2 * N_PEOPLE, N_PHOTOS, 2)
    rejected, covered = [], []
    for _ in range(runs):
        full, cropped = draw([WHOLE, WHOLE - margin], PEOPLE, square, rng)
        found = loss_at(1, cropped, full, margin, alpha, CLASSES)
        assert found is not None  # every person has trials of every class at both levels
        rejected.append(found.p <= alpha)
        covered.append(found.ci_low <= -margin <= found.ci_high)
    return rejected, covered


def declared(
    people: Sequence[float],
    machine: Sequence[float],
    runs: int,
    rng: np.random.Generator,
    criteria: Criteria = CRITERIA,
) -> list[bool]:
    """Return, per run, whether a study of several levels declares any sweet level."""
    square = latin_square(5 * N_PEOPLE, N_PHOTOS, len(people))
    names = np.arange(float(len(people)))
    declarations = []
    for _ in range(runs):
        humans = draw(people, PEOPLE, square, rng)
        seeds = draw(machine, SEEDS, everything(N_SEEDS), rng)
        declarations.append(bool(sweet_levels(Coded(names, CLASSES, humans, seeds), criteria)))
    return declarations


# Five levels, none of them truly sweet: whoever is to blame at a level sits exactly on the boundary.
PHI, KAPPA = CRITERIA.floor, CRITERIA.ceiling
NO_SWEET_SPOT = {
    "people on the floor at every level": ([PHI] * 5, [0.95, 0.5, 0.5, 0.5, 0.5]),
    "machine on the ceiling at every level": ([0.97] * 5, [0.95, KAPPA, KAPPA, KAPPA, KAPPA]),
    "machine first, then people": ([0.97, 0.97, 0.97, PHI, PHI], [0.95, KAPPA, KAPPA, 0.5, 0.5]),
    "order reversed: people first, then machine": (
        [0.97, PHI, PHI, 0.97, 0.97],
        [0.95, 0.5, 0.5, KAPPA, KAPPA],
    ),
}


def calibrate(runs: int, seed: int, on_progress: Callable[[str], None]) -> list[Rate]:
    """Run every scenario.

    Parameters
    ----------
    runs
        Simulated studies per scenario.
    seed
        Of the generator; the same seed gives the same rates.
    on_progress
        Receives a line per finished scenario.
    """
    rng = np.random.default_rng(seed)
    rates: list[Rate] = []

    def add(name: str, happened: Sequence[bool], goal: tuple[float, float]) -> None:
        rates.append(rate(name, happened, goal))
        on_progress(f"{rates[-1].rate:7.4f}  [{goal[0]:.3f}, {goal[1]:.3f}]  {name}")

    sides = (
        (f"people at {PHI}: {N_PEOPLE} people x {N_PHOTOS} photos", PHI, Side.ABOVE, N_PEOPLE, PEOPLE),
        (f"machine at {KAPPA}: {N_SEEDS} seeds x {N_PHOTOS} photos", KAPPA, Side.BELOW, N_SEEDS, SEEDS),
    )
    for name, truth, side, size, spread in sides:
        rejected, covered = boundary(truth, side, size, spread, runs, rng)
        add(f"rejection, {name}", rejected, (0.03, 0.07))
        add(f"coverage, {name}", covered, (0.93, 0.975))
    for name, (people, machine) in NO_SWEET_SPOT.items():
        add(f"sweet spot declared, {name}", declared(people, machine, runs, rng), (0.0, 0.06))
    add("for comparison: rejection of a binomial over pooled trials", naive_rejections(runs, rng), (0.0, 1.0))
    delta = BY_LOSS.loss_delta
    rejected, covered = loss_boundary(runs, rng)
    add(
        f"rejection, people who lose {delta:g}: {2 * N_PEOPLE} people x {N_PHOTOS} photos",
        rejected,
        (0.03, 0.07),
    )
    add(
        f"coverage, people who lose {delta:g}: {2 * N_PEOPLE} people x {N_PHOTOS} photos",
        covered,
        (0.93, 0.975),
    )
    people, machine = [WHOLE, *[WHOLE - delta] * 4], [0.95, 0.5, 0.5, 0.5, 0.5]
    happened = declared(people, machine, runs, rng, BY_LOSS)
    add(f"sweet spot declared by the loss gate, people lose {delta:g} at every level", happened, (0.0, 0.06))
    return rates
