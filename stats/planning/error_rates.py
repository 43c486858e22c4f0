"""Outcomes of the primary test in simulated studies on the boundary of the null hypotheses.

Every run draws new people, new seeds and new photos, so that the truth is the marginal accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.gates import sweet_levels
from stats.inference import binomial
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.accuracy_loss import loss_at
from stats.planning.simulated_studies import (
    EVERY_LEVEL,
    PEOPLE,
    SEEDS,
    Spread,
    draw,
    latin_square,
    unequal_shares,
)
from stats.table.arrays import Answers, Coded, IntArray

CRITERIA = Criteria()
CLASSES = ("dribble", "dunk", "shoot")
N_PEOPLE, N_SEEDS, N_PHOTOS = 18, 5, 100
BY_LOSS, WHOLE = Criteria(human_gate=HumanGate.LOSS, loss_delta=0.10), 0.95  # accuracy on uncropped photos

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

# What a person makes of a photo stays with them when they are asked again.
ASKED_AGAIN = Spread(PEOPLE.agent, PEOPLE.photo, pair=0.8)
PEOPLE_TESTED = Threshold(PHI, Side.ABOVE, CRITERIA.alpha, conditional=False)
MACHINE_TESTED = Threshold(KAPPA, Side.BELOW, CRITERIA.alpha, conditional=False)


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


@dataclass(frozen=True)
class Asking:
    """How people are asked, where not everybody is asked once about each of their photos.

    Attributes
    ----------
    most_times : a person is asked about a photo once, or a random number of times up to this one
    unequal : whether people see unequal numbers of photos, from a tenth of theirs to all
    """

    most_times: int = 1
    unequal: bool = False

    def answers(
        self, truth: Sequence[float], levels: IntArray, rng: np.random.Generator
    ) -> tuple[Answers, ...]:
        """Draw people's answers by level, as `draw` does.

        Examples
        --------
        >>> rng, square = np.random.default_rng(0), latin_square(18, 100, 1)
        >>> [Asking(most_times=3).answers([0.9], square, rng)[0].n_trials,
        ...  Asking(unequal=True).answers([0.9], square, rng)[0].n_trials]
        [3549, 1052]
        """
        seen = unequal_shares(levels, rng) if self.unequal else levels
        spread = PEOPLE if self.most_times == 1 else ASKED_AGAIN
        return draw(truth, spread, seen, rng, most_times=self.most_times)


ONCE, REPEATED, UNEQUAL = Asking(), Asking(most_times=3), Asking(unequal=True)


def boundary_outcomes(
    draw_answers: Callable[[], Answers], threshold: Threshold, runs: int
) -> tuple[list[bool], list[bool]]:
    """Return, per run, whether the true null was rejected and whether the interval covered the truth.

    Parameters
    ----------
    draw_answers
        Draws the answers of new people (or seeds) to new photos, whose accuracy is that of the threshold.
    threshold
        Of the test, which is also the truth.
    runs
        Simulated studies.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> outcomes = boundary_outcomes(lambda: people_at_a_level(1, ONCE, rng), PEOPLE_TESTED, 50)
    >>> sum(outcomes[0]) < 10, sum(outcomes[1]) > 40
    (True, True)
    """
    rejected, covered = [], []
    for _ in range(runs):
        estimate = accuracy(draw_answers(), threshold, CLASSES)
        rejected.append(estimate.p <= threshold.alpha)
        covered.append(estimate.ci_low <= threshold.value <= estimate.ci_high)
    return rejected, covered


def people_everywhere(asking: Asking, rng: np.random.Generator) -> Answers:
    """Draw the answers of people on the floor who judge every photo.

    Examples
    --------
    >>> people_everywhere(ONCE, np.random.default_rng(0)).n_trials
    1800
    """
    return asking.answers([PHI], every_level(N_PEOPLE), rng)[0]


def people_at_a_level(n_levels: int, asking: Asking, rng: np.random.Generator) -> Answers:
    """Draw people's answers at the heaviest of some cropped levels, where they are on the floor.

    Examples
    --------
    >>> at_one_of_five = people_at_a_level(5, ONCE, np.random.default_rng(0))
    >>> at_one_of_five.n_agents, at_one_of_five.n_trials
    (90, 1500)
    """
    square = latin_square(5 * N_PEOPLE, N_PHOTOS, n_levels + 1)
    return asking.answers([*[0.97] * n_levels, PHI], square, rng)[-1]


def machine_everywhere(rng: np.random.Generator) -> Answers:
    """Draw the answers of trained networks on the ceiling.

    Examples
    --------
    >>> machine_everywhere(np.random.default_rng(0)).n_trials
    500
    """
    return draw([KAPPA], SEEDS, every_level(N_SEEDS), rng)[0]


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


def loss_outcomes(runs: int, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
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
    asking: Asking = ONCE,
) -> list[bool]:
    """Return, per run, whether a study of several levels declares any sweet level.

    Parameters
    ----------
    people, machine : (L,) float
        Marginal accuracies, light to heavy.
    runs, rng
        Simulated studies and source of chance.
    asking
        How people are asked.

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
        humans = asking.answers(people, square, rng)
        seeds = draw(machine, SEEDS, every_level(N_SEEDS), rng)
        declared.append(bool(sweet_levels(Coded(names, CLASSES, humans, seeds), criteria)))
    return declared
