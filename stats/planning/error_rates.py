"""Error rates of the primary test in simulated studies on the boundary of the null hypotheses.

Run it as `python -m stats calibration`. Every run draws new people, new seeds and new photos, so that the
truth is the marginal accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.gates import sweet_levels
from stats.inference import binomial
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.accuracy_loss import loss_at
from stats.planning.piloted_studies import piloted_declarations
from stats.planning.rates import Rate, rate
from stats.planning.simulated_studies import EVERY_LEVEL, PEOPLE, SEEDS, Spread, draw, latin_square
from stats.table.arrays import Coded, IntArray

CRITERIA = Criteria()
CLASSES = ("dribble", "dunk", "shoot")
N_PEOPLE, N_SEEDS, N_PHOTOS = 18, 5, 100
BY_LOSS, WHOLE = Criteria(human_gate=HumanGate.LOSS, loss_delta=0.10), 0.95  # accuracy on uncropped photos

REJECTION_GOAL, COVERAGE_GOAL, DECLARED_GOAL = (0.03, 0.07), (0.93, 0.975), (0.0, 0.06)

# Five levels, none of them truly sweet: whoever fails at a level has an accuracy exactly on the boundary.
PHI, KAPPA = CRITERIA.floor, CRITERIA.ceiling
FLOOR_EVERYWHERE = "people on the floor at every level"
NO_SWEET_SPOT = {
    FLOOR_EVERYWHERE: ([PHI] * 5, [0.95, 0.5, 0.5, 0.5, 0.5]),
    "machine on the ceiling at every level": ([0.97] * 5, [0.95, KAPPA, KAPPA, KAPPA, KAPPA]),
    "machine first, then people": ([0.97, 0.97, 0.97, PHI, PHI], [0.95, KAPPA, KAPPA, 0.5, 0.5]),
    "order reversed: people first, then machine": (
        [0.97, PHI, PHI, 0.97, 0.97],
        [0.95, 0.5, 0.5, KAPPA, KAPPA],
    ),
}

NUMBERS_OF_LEVELS = (1, 2, 3, 5)  # cropped levels, besides the uncropped one
ONE_TEST_GOAL = (0.0, 0.07)  # one level alone is a single test, with the error rate of a single test

Outcomes = tuple[list[bool], list[bool]]  # per run: the null was rejected, the interval covered the truth


def calibrate(runs: int, seed: int, on_progress: Callable[[str], None]) -> list[Rate]:
    """Simulate every scenario.

    Parameters
    ----------
    runs
        Simulated studies per scenario.
    seed
        Of the generator; the same seed gives the same rates.
    on_progress
        Receives a line per finished scenario.

    Examples
    --------
    >>> lines = []
    >>> rates = calibrate(runs=2, seed=0, on_progress=lines.append)
    >>> len(rates) == len(lines), rates[0].name
    (True, 'rejection, people at 0.85: 18 people x 100 photos')
    """
    rates = []
    for name, happened, goal in _scenarios(runs, np.random.default_rng(seed)):
        rates.append(rate(name, happened, goal))
        on_progress(f"{rates[-1].rate:7.4f}  [{goal[0]:.3f}, {goal[1]:.3f}]  {name}")
    return rates


def _scenarios(
    runs: int, rng: np.random.Generator
) -> Iterator[tuple[str, Sequence[bool], tuple[float, float]]]:
    """Yield what is counted, whether it happened in each run, and the promised range of its rate."""
    sides = (
        (f"people at {PHI}: {N_PEOPLE} people x {N_PHOTOS} photos", PHI, Side.ABOVE, N_PEOPLE, PEOPLE),
        (f"machine at {KAPPA}: {N_SEEDS} seeds x {N_PHOTOS} photos", KAPPA, Side.BELOW, N_SEEDS, SEEDS),
    )
    for name, truth, side, size, spread in sides:
        rejected, covered = boundary_outcomes(truth, side, size, spread, runs, rng)
        yield f"rejection, {name}", rejected, REJECTION_GOAL
        yield f"coverage, {name}", covered, COVERAGE_GOAL
    for name, (people, machine) in NO_SWEET_SPOT.items():
        yield f"sweet spot declared, {name}", declarations(people, machine, runs, rng), DECLARED_GOAL
    pooled = naive_rejections(runs, rng)
    yield "for comparison: rejection of a binomial over pooled trials", pooled, (0.0, 1.0)
    delta = BY_LOSS.loss_delta
    rejected, covered = loss_outcomes(runs, rng)
    sizes = f"people who lose {delta:g}: {2 * N_PEOPLE} people x {N_PHOTOS} photos"
    yield f"rejection, {sizes}", rejected, REJECTION_GOAL
    yield f"coverage, {sizes}", covered, COVERAGE_GOAL
    people, machine = [WHOLE, *[WHOLE - delta] * 4], [0.95, 0.5, 0.5, 0.5, 0.5]
    happened = declarations(people, machine, runs, rng, BY_LOSS)
    yield (
        f"sweet spot declared by the loss gate, people lose {delta:g} at every level",
        happened,
        DECLARED_GOAL,
    )
    for n_levels in NUMBERS_OF_LEVELS:
        goal = ONE_TEST_GOAL if n_levels == 1 else DECLARED_GOAL
        for name, (people, machine) in boundary_studies(n_levels).items():
            yield f"sweet spot declared, {name}", declarations(people, machine, runs, rng), goal
    for name, (people, machine) in NO_SWEET_SPOT.items():
        happened = piloted_declarations(people, machine, runs, rng)
        yield f"sweet spot declared after a pilot, {name}", happened, DECLARED_GOAL
    reused = piloted_declarations(*NO_SWEET_SPOT[FLOOR_EVERYWHERE], runs, rng, reuse=True)
    yield "for comparison: the pilot's own people judge what they chose", reused, (0.0, 1.0)


def boundary_studies(n_levels: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return studies of some cropped levels, none of them sweet, whose failing side sits on its boundary.

    Parameters
    ----------
    n_levels
        Cropped levels; level 0 comes before them.

    Returns
    -------
    Accuracies of people and machine by level, under what is true of the study. The worst case is the third:
    a machine that passes its gate at all heavier levels and people who pass theirs at all lighter ones leave
    single tests between, any of which may fail.

    Examples
    --------
    >>> for name, (people, machine) in boundary_studies(1).items():
    ...     print(name, people, machine)
    people on the floor at all of 1 cropped levels [0.97, 0.85] [0.95, 0.5]
    machine on the ceiling at all of 1 cropped levels [0.97, 0.97] [0.95, 0.75]
    """
    half = n_levels // 2
    studies = {
        "people on the floor at all": ([0.97, *[PHI] * n_levels], [0.95, *[0.5] * n_levels]),
        "machine on the ceiling at all": ([0.97] * (n_levels + 1), [0.95, *[KAPPA] * n_levels]),
        "machine, then people on the boundary at each": (
            [0.97] * (n_levels + 1 - half) + [PHI] * half,
            [0.95] + [KAPPA] * (n_levels - half) + [0.5] * half,
        ),
    }
    shown = studies if half else list(studies)[:2]
    return {f"{name} of {n_levels} cropped levels": studies[name] for name in shown}


def boundary_outcomes(
    truth: float, side: Side, n_agents: int, spread: Spread, runs: int, rng: np.random.Generator
) -> Outcomes:
    """Return, per run, whether the true null was rejected and whether the interval covered the truth.

    Parameters
    ----------
    truth
        Marginal accuracy, which is also the threshold of the test.
    side
        Where the alternative lies.
    n_agents, spread
        Number of people or seeds, and how much they and the photos differ.
    runs, rng
        Simulated studies and source of chance.

    Examples
    --------
    >>> import numpy as np
    >>> rejected, covered = boundary_outcomes(0.85, Side.ABOVE, 18, PEOPLE, 50, np.random.default_rng(0))
    >>> sum(rejected) < 10, sum(covered) > 40
    (True, True)
    """
    threshold = Threshold(truth, side, CRITERIA.alpha, conditional=False)
    rejected, covered = [], []
    for _ in range(runs):
        (answers,) = draw([truth], spread, every_level(n_agents), rng)
        estimate = accuracy(answers, threshold, CLASSES)
        rejected.append(estimate.p <= CRITERIA.alpha)
        covered.append(estimate.ci_low <= truth <= estimate.ci_high)
    return rejected, covered


def every_level(n_agents: int) -> IntArray:
    """Return the levels (n_agents, photos) of agents who judge every photo at every level.

    Examples
    --------
    >>> every_level(5).shape
    (5, 100)
    """
    return np.full((n_agents, N_PHOTOS), EVERY_LEVEL)


def naive_rejections(runs: int, rng: np.random.Generator) -> list[bool]:
    """Return, per run, whether a binomial over pooled trials rejects: what the primary test must not do.

    Examples
    --------
    >>> import numpy as np
    >>> sum(naive_rejections(100, np.random.default_rng(0))) > 15
    True
    """
    rejected = []
    for _ in range(runs):
        (answers,) = draw([CRITERIA.floor], PEOPLE, every_level(N_PEOPLE), rng)
        p = binomial.p_above(float(answers.correct.mean()), answers.n_trials, CRITERIA.floor)
        rejected.append(p <= CRITERIA.alpha)
    return rejected


def loss_outcomes(runs: int, rng: np.random.Generator) -> Outcomes:
    """Return the outcomes of the test of a loss that is exactly the margin, paired by person.

    Examples
    --------
    >>> import numpy as np
    >>> rejected, covered = loss_outcomes(20, np.random.default_rng(0))
    >>> sum(rejected) < 5, sum(covered) > 15
    (True, True)
    """
    margin, alpha = BY_LOSS.loss_delta, BY_LOSS.alpha
    square = latin_square(2 * N_PEOPLE, N_PHOTOS, 2)
    rejected, covered = [], []
    for _ in range(runs):
        full, cropped = draw([WHOLE, WHOLE - margin], PEOPLE, square, rng)
        loss = loss_at(1, cropped, full, margin, alpha, CLASSES)
        assert loss is not None  # every person has trials of every class at both levels
        rejected.append(loss.p <= alpha)
        covered.append(loss.ci_low <= -margin <= loss.ci_high)
    return rejected, covered


def declarations(
    people: Sequence[float],
    machine: Sequence[float],
    runs: int,
    rng: np.random.Generator,
    criteria: Criteria = CRITERIA,
) -> list[bool]:
    """Return, per run, whether a study of several levels declares any sweet level.

    Parameters
    ----------
    people, machine : (L,) float
        Marginal accuracies, light to heavy.
    runs, rng
        Simulated studies and source of chance.
    criteria
        Thresholds of the study.

    Examples
    --------
    >>> import numpy as np
    >>> sum(declarations([0.98, 0.98], [0.97, 0.3], 5, np.random.default_rng(0)))
    5
    """
    square = latin_square(5 * N_PEOPLE, N_PHOTOS, len(people))
    names = np.arange(float(len(people)))
    declared = []
    for _ in range(runs):
        humans = draw(people, PEOPLE, square, rng)
        seeds = draw(machine, SEEDS, every_level(N_SEEDS), rng)
        declared.append(bool(sweet_levels(Coded(names, CLASSES, humans, seeds), criteria)))
    return declared
