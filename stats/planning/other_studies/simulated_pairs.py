"""Studies of two photos at once whose d' is known, to count how often its intervals hold it.

Each photo gives an impression with unit variance, those of two classes d' apart. Of two photos to choose
between, the one with the stronger impression is taken; two photos to compare are called different where their
impressions are further apart than a criterion. Observers differ in sensitivity, and in their preference of a
side or in their criterion; pairs differ in how far apart they look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special

from stats.planning.other_studies.simulated_yes_no import holds
from stats.psychophysics.differencing import comparison, differencing
from stats.psychophysics.hits_and_alarms import YesNo, detection
from stats.psychophysics.two_photo_choice import compared
from stats.table.arrays import Answers, BoolArray, FloatArray

N_CLASSES = 4
ALPHA = 0.05
COVERED = {"coverage of d′": (0.93, 0.975)}
# The chance in each answer counts in the variance between networks and in that between pairs. People differ
# by so much more that it does not matter; of five networks that hardly differ, intervals are too wide.
COVERED_OR_MORE = {"coverage of d′": (0.93, 0.99)}
Simulate = Callable[[int, np.random.Generator], Sequence[Sequence[bool]]]


@dataclass(frozen=True)
class PairPopulation:
    """People, or networks, who all judge the same pairs of photos, each once.

    Attributes
    ----------
    d_prime : of an observer and a pair in the middle, in standard deviations of one impression
    criterion : preference of the second photo where one is chosen; the least distance of impressions that
        is called different where two are compared
    observers, pairs : how many take part, and are judged
    of_sensitivity, of_criterion, of_pairs : standard deviations between observers, and between pairs
    """

    d_prime: float
    criterion: float
    observers: int
    pairs: int
    of_sensitivity: float = 0.4
    of_criterion: float = 0.3
    of_pairs: float = 0.7

    @property
    def choosing_d_prime(self) -> float:
        """Return d' of the population where one of two photos is chosen, from its own share of right answers.

        Examples
        --------
        >>> round(PairPopulation(1.5, 0.0, 18, 50).choosing_d_prime, 2)
        1.28
        """
        spread = math.hypot(math.sqrt(2), self.of_sensitivity, self.of_criterion, self.of_pairs)
        return self.d_prime * math.sqrt(2) / spread

    @property
    def comparing_d_prime(self) -> float:
        """Return d' of the population where two photos are compared, from its own rates of "different".

        Examples
        --------
        >>> round(PairPopulation(2.0, 1.5, 18, 50).comparing_d_prime, 2)
        1.76
        """
        same = math.hypot(math.sqrt(2), self.of_criterion, self.of_pairs)
        differing = math.hypot(same, self.of_sensitivity)
        ends = np.array([self.d_prime - self.criterion, -self.d_prime - self.criterion])
        hit = float(special.ndtr(ends / differing).sum())
        return differencing(hit, 2 * float(special.ndtr(-self.criterion / same)))[0]


CHOOSING = {
    "a choice of two photos at d′ 1: 18 people x 50 pairs": PairPopulation(1.0, 0.0, 18, 50),
    "a choice of two photos at d′ 2, the second is preferred: 18 people x 50 pairs": PairPopulation(
        2.0, 0.5, 18, 50
    ),
    "a choice of two photos at d′ 1: 60 people x 20 pairs": PairPopulation(1.0, 0.0, 60, 20),
}
COMPARING = {
    "same or different at d′ 2: 18 people x 100 pairs": PairPopulation(2.0, 1.5, 18, 100),
    "same or different at d′ 3, different is seldom said: 18 people x 100 pairs": PairPopulation(
        3.0, 2.5, 18, 100
    ),
    "same or different at d′ 2: 60 people x 40 pairs": PairPopulation(2.0, 1.5, 60, 40),
}
NETWORKS_CHOOSING = {
    "a choice of two photos at d′ 1: 5 seeds x 50 pairs": PairPopulation(1.0, 0.0, 5, 50, 0.1, 0.1)
}
NETWORKS_COMPARING = {
    "same or different at d′ 2: 5 seeds x 100 pairs": PairPopulation(2.0, 1.5, 5, 100, 0.1, 0.1)
}


def pair_studies() -> Iterator[tuple[str, dict[str, tuple[float, float]], Simulate]]:
    """Yield what is true of simulated studies, the promised range of each rate, and their simulation.

    Examples
    --------
    >>> [name for name, promised, simulate in pair_studies()][0]
    'a choice of two photos at d′ 1: 18 people x 50 pairs'
    """
    for promised, choosing, comparing in (
        (COVERED, CHOOSING, COMPARING),
        (COVERED_OR_MORE, NETWORKS_CHOOSING, NETWORKS_COMPARING),
    ):
        for name, population in choosing.items():
            yield name, promised, partial(coverage, population, chosen_once, population.choosing_d_prime)
        for name, population in comparing.items():
            yield name, promised, partial(coverage, population, compared_once, population.comparing_d_prime)


def coverage(
    population: PairPopulation,
    judged_once: Callable[[PairPopulation, np.random.Generator], YesNo],
    d_prime: float,
    runs: int,
    rng: np.random.Generator,
) -> tuple[list[bool]]:
    """Return, per run, whether the interval of d' holds the truth; a study without an interval does not.

    Examples
    --------
    >>> population = PairPopulation(1.0, 0.0, 12, 40)
    >>> truth, rng = population.choosing_d_prime, np.random.default_rng(0)
    >>> sum(coverage(population, chosen_once, truth, 5, rng)[0]) > 2
    True
    """
    judged = [judged_once(population, rng) for _ in range(runs)]
    return ([holds(each.ci_low, d_prime, each.ci_high) for each in judged],)


def chosen_once(population: PairPopulation, rng: np.random.Generator) -> YesNo:
    """Draw a study in which one of two photos is chosen, and return what its report would say.

    Examples
    --------
    >>> many = PairPopulation(1.0, 0.0, 200, 400)
    >>> abs(chosen_once(many, np.random.default_rng(0)).d_prime - many.choosing_d_prime) < 0.1
    True
    """
    observer, pair = np.indices((population.observers, population.pairs))
    in_first = (observer + pair // N_CLASSES) % 2 == 0  # half of each observer's and of each pair's trials
    apart = _apart(population, rng)
    preference = population.criterion + rng.normal(0, population.of_criterion, (population.observers, 1))
    first_stronger = rng.normal(np.where(in_first, apart, -apart) - preference, math.sqrt(2)) > 0
    answers = _answers(first_stronger)
    return compared(detection(answers.where(in_first.ravel()), answers.where(~in_first.ravel()), ALPHA))


def compared_once(population: PairPopulation, rng: np.random.Generator) -> YesNo:
    """Draw a study in which two photos are compared, and return what its report would say.

    Half of the pairs show the same class, for everybody.

    Examples
    --------
    >>> many = PairPopulation(2.0, 1.5, 200, 400)
    >>> abs(compared_once(many, np.random.default_rng(0)).d_prime - many.comparing_d_prime) < 0.15
    True
    """
    same = np.arange(population.pairs) // N_CLASSES % 2 == 0
    alike = rng.normal(0, population.of_pairs, (1, population.pairs))
    centre = np.where(same, alike, _apart(population, rng))
    criterion = population.criterion + rng.normal(0, population.of_criterion, (population.observers, 1))
    said_different = np.abs(rng.normal(centre, math.sqrt(2))) > criterion
    answers = _answers(said_different == ~same)
    of_same = np.tile(same, population.observers)
    return comparison(answers.where(~of_same), answers.where(of_same), ALPHA)


def _apart(population: PairPopulation, rng: np.random.Generator) -> FloatArray:
    """Return how far apart each observer sees the photos of each pair, (observers, pairs)."""
    sensitivity = population.d_prime + rng.normal(0, population.of_sensitivity, (population.observers, 1))
    return np.asarray(sensitivity + rng.normal(0, population.of_pairs, (1, population.pairs)))


def _answers(happened: BoolArray) -> Answers:
    """Return one answer per observer and pair, (observers, pairs); a pair is a cluster."""
    observer, pair = (code.ravel() for code in np.indices(happened.shape))
    return Answers(
        observer, pair, pair, pair % N_CLASSES, happened.ravel().astype(np.float64), np.ones(pair.size)
    )
