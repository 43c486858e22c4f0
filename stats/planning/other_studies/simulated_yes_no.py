"""Yes-no studies whose d' and criterion are known, to count how often their intervals hold them.

Each trial gives an impression: normal, around d'/2 where the photo shows what is asked about and -d'/2 where
it does not; "yes" is said above the criterion. People differ in criterion and in sensitivity, photos in how
much they look like what is asked about, of either kind apart. Over all people and photos the impression is
then normal again with a larger spread, by which d' and criterion of the population are divided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stats.psychophysics.hits_and_alarms import YesNo, detection
from stats.table.arrays import Answers, BoolArray, FloatArray, IntArray

N_CLASSES = 4
ALPHA = 0.05
COVERED = {"coverage of d′": (0.93, 0.975), "coverage of the criterion": (0.93, 0.975)}
Simulate = Callable[[int, np.random.Generator], Sequence[Sequence[bool]]]


@dataclass(frozen=True)
class Population:
    """People, or networks, who are asked yes-no questions about photos.

    Attributes
    ----------
    d_prime, criterion : of an observer and photos in the middle, in standard deviations of the impression
    observers, photos : how many take part, and are asked about
    of_criterion, of_sensitivity, of_photos : standard deviations between observers, and between photos
    both : whether each observer is asked both questions about each photo, as networks are
    """

    d_prime: float
    criterion: float
    observers: int
    photos: int
    of_criterion: float = 0.3
    of_sensitivity: float = 0.4
    of_photos: float = 0.5
    both: bool = False

    @property
    def truth(self) -> tuple[float, float]:
        """Return d' and criterion of the population, from its own rates of hits and false alarms.

        Examples
        --------
        >>> d_prime, criterion = Population(2.0, 0.5, 18, 100).truth
        >>> round(d_prime, 2), round(criterion, 2)
        (1.7, 0.43)
        """
        spread = math.sqrt(1 + self.of_criterion**2 + self.of_sensitivity**2 / 4 + self.of_photos**2)
        return self.d_prime / spread, self.criterion / spread


PEOPLE = {
    "people at d′ 1: 18 people x 100 photos": Population(1.0, 0.0, 18, 100),
    "people at d′ 2 who seldom say yes: 18 people x 100 photos": Population(2.0, 0.5, 18, 100),
    "people at d′ 1: 60 people x 40 photos": Population(1.0, 0.0, 60, 40),
}
MACHINE = {
    "networks at d′ 1: 5 seeds x 100 photos, both questions": Population(
        1.0, 0.0, 5, 100, of_criterion=0.1, of_sensitivity=0.1, both=True
    )
}


def yes_no_studies() -> Iterator[tuple[str, dict[str, tuple[float, float]], Simulate]]:
    """Yield what is true of simulated studies, the promised range of each rate, and their simulation.

    Examples
    --------
    >>> [name for name, promised, simulate in yes_no_studies()][0]
    'people at d′ 1: 18 people x 100 photos'
    """
    for name, population in (PEOPLE | MACHINE).items():
        yield name, COVERED, partial(coverage, population)


def coverage(population: Population, runs: int, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
    """Return, per run, whether the interval of d' holds the truth, and whether that of the criterion does.

    A study without an interval, as where nobody ever says yes, does not hold it.

    Examples
    --------
    >>> of_d_prime, of_criterion = coverage(Population(1.0, 0.0, 12, 40), 5, np.random.default_rng(0))
    >>> len(of_d_prime), sum(of_d_prime) > 2
    (5, True)
    """
    d_prime, criterion = population.truth
    of_d_prime: list[bool] = []
    of_criterion: list[bool] = []
    for _ in range(runs):
        judged = judged_once(population, rng)
        of_d_prime.append(holds(judged.ci_low, d_prime, judged.ci_high))
        of_criterion.append(holds(judged.criterion_low, criterion, judged.criterion_high))
    return of_d_prime, of_criterion


def holds(low: float | None, truth: float, high: float | None) -> bool:
    """Return whether an interval holds the truth; one that has no end does not.

    Examples
    --------
    >>> holds(0.8, 1.0, 1.2), holds(None, 1.0, None)
    (True, False)
    """
    return low is not None and high is not None and low <= truth <= high


def judged_once(population: Population, rng: np.random.Generator) -> YesNo:
    """Draw a study and return what its report would say.

    Examples
    --------
    >>> many = Population(1.0, 0.0, 200, 400)
    >>> abs(judged_once(many, np.random.default_rng(0)).d_prime - many.truth[0]) < 0.1
    True
    """
    observer, photo = (code.ravel() for code in np.indices((population.observers, population.photos)))
    if population.both:
        observer, photo = np.tile(observer, 2), np.tile(photo, 2)
    signal = _signal(population, observer, photo)
    said_yes = _impressions(population, observer, photo, signal, rng) > population.criterion
    answers = Answers(
        agent=observer,
        item=photo,
        cluster=photo,
        category=photo % N_CLASSES,
        correct=said_yes.astype(np.float64),
        trials=np.ones(photo.size),
    )
    return detection(answers.where(signal), answers.where(~signal), ALPHA)


def _signal(population: Population, observer: IntArray, photo: IntArray) -> BoolArray:
    """Return which trials show what is asked about: half of each observer's and of each photo's."""
    if population.both:
        return np.arange(photo.size) < photo.size // 2
    return np.asarray((observer + photo // N_CLASSES) % 2 == 0)


def _impressions(
    population: Population,
    observer: IntArray,
    photo: IntArray,
    signal: BoolArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the impression of each trial, shifted by its observer and by its photo of that kind."""
    leaning = rng.normal(0, population.of_criterion, population.observers)[observer]
    sensitivity = population.d_prime + rng.normal(0, population.of_sensitivity, population.observers)
    likeness = rng.normal(0, population.of_photos, (2, population.photos))[signal.astype(int), photo]
    centre = np.where(signal, 0.5, -0.5) * sensitivity[observer]
    return np.asarray(rng.normal(centre + leaning + likeness, 1.0))
