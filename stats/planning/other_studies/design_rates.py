"""Error rates of designs that have more than levels: groups of people, and crops that were selected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy import special

from stats.designs.contrasts import CellMeans
from stats.designs.factor_study import ANYTHING, effect_contrasts
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.planning.other_studies.selection_rates import selection_studies
from stats.planning.simulated_studies import PEOPLE, latin_square, location
from stats.table.arrays import Answers

ALPHA = 0.05
N_IN_GROUP, N_PHOTOS = 18, 100
CLASSES = ("dribble", "dunk", "shoot")
LEVELS = (0.95, 0.85, 0.60)
LOG_ODDS_BETWEEN_GROUPS = 0.8
FLOOR, FROM_FLOOR = 0.85, 0.08

REJECTION = {"rejection": (0.03, 0.07)}
COVERAGE = {"coverage": (0.93, 0.975)}
AT_MOST = {"rejection": (0.0, 0.07)}  # of a test that is conservative by construction

Truth = Sequence[Sequence[float]]  # accuracy by group and level
Simulate = Callable[[int, np.random.Generator], Sequence[Sequence[bool]]]


def design_studies() -> Iterator[tuple[str, dict[str, tuple[float, float]], Simulate]]:
    """Yield what is true of simulated studies, the promised range of each rate, and their simulation.

    Examples
    --------
    >>> [name for name, promised, simulate in design_studies()][1]
    'level x group where groups differ alike at all levels'
    """
    sizes = f"2 x {N_IN_GROUP} people x {N_PHOTOS} photos x {len(LEVELS)} levels"
    apart = groups_apart(LEVELS, LOG_ODDS_BETWEEN_GROUPS)
    yield (
        f"groups that do not differ: {sizes}",
        REJECTION,
        lambda runs, rng: [group_rejections((LEVELS, LEVELS), runs, rng)],
    )
    yield (
        "level x group where groups differ alike at all levels",
        AT_MOST,
        lambda runs, rng: [group_rejections(apart, runs, rng, with_level=True)],
    )
    yield "a group at a level", COVERAGE, lambda runs, rng: [group_coverage(apart, runs, rng)]
    yield (
        f"two groups whose mean is {FLOOR}, tested together",
        AT_MOST,
        lambda runs, rng: [mixed_rejections(FROM_FLOOR, runs, rng)],
    )
    yield from selection_studies()


def groups_apart(levels: Sequence[float], log_odds: float) -> Truth:
    """Return the accuracies of two groups whose log odds differ by the same amount at every level.

    Examples
    --------
    >>> [[round(share, 2) for share in group] for group in groups_apart([0.9, 0.5], 1.0)]
    [[0.94, 0.62], [0.85, 0.38]]
    """
    odds = special.logit(np.asarray(levels))
    return [special.expit(odds + shift).tolist() for shift in (log_odds / 2, -log_odds / 2)]


def draw_groups(truth: Truth, rng: np.random.Generator) -> list[list[Answers]]:
    """Draw the answers of new people of each group to the same new photos, by group and level.

    Parameters
    ----------
    truth : (G, L)
        Marginal accuracies.

    Examples
    --------
    >>> groups = draw_groups([[0.9, 0.5], [0.8, 0.4]], np.random.default_rng(0))
    >>> len(groups), [level.n_agents for level in groups[1]]
    (2, [18, 18])
    """
    n_levels = len(truth[0])
    ease = rng.normal(0, PEOPLE.photo, N_PHOTOS)
    square = latin_square(N_IN_GROUP, N_PHOTOS, n_levels)
    groups = []
    for group, levels in enumerate(truth):
        ability = rng.normal(0, PEOPLE.agent, N_IN_GROUP)
        own = []
        for level, marginal in enumerate(levels):
            agent, item = np.nonzero(square == level)
            p = special.expit(location(marginal, PEOPLE) + ability[agent] + ease[item])
            correct = (rng.random(p.size) < p).astype(float)
            category = (item // n_levels) % len(CLASSES)
            agents = agent + group * N_IN_GROUP
            own.append(Answers(agents, item, item, category, correct, np.ones(p.size)))
        groups.append(own)
    return groups


def group_rejections(
    truth: Truth, runs: int, rng: np.random.Generator, *, with_level: bool = False
) -> list[bool]:
    """Return, per run, whether the effect of the group, or its interaction with the level, is declared.

    Examples
    --------
    >>> truth = [[0.95, 0.9], [0.95, 0.4]]
    >>> sum(group_rejections(truth, 5, np.random.default_rng(0), with_level=True))
    5
    """
    n_groups, n_levels = len(truth), len(truth[0])
    contrasts = effect_contrasts([n_groups, n_levels], [0, 1] if with_level else [0])
    rejected = []
    for _ in range(runs):
        cells = [(level, group) for group, levels in enumerate(draw_groups(truth, rng)) for level in levels]
        means = CellMeans.of(*zip(*cells, strict=True))
        test = means.all_zero(contrasts) if means.means.max() < 1 else None
        rejected.append(test is not None and test.p <= ALPHA)
    return rejected


def group_coverage(truth: Truth, runs: int, rng: np.random.Generator) -> list[bool]:
    """Return, per run, whether the interval of the first group at the last level covers its truth.

    Examples
    --------
    >>> sum(group_coverage([[0.9, 0.6], [0.9, 0.5]], 20, np.random.default_rng(0))) > 15
    True
    """
    threshold = Threshold(ANYTHING, Side.ABOVE, ALPHA, conditional=False)
    covered = []
    for _ in range(runs):
        estimate = accuracy(draw_groups(truth, rng)[0][-1], threshold, CLASSES)
        covered.append(estimate.ci_low <= truth[0][-1] <= estimate.ci_high)
    return covered


def mixed_rejections(apart: float, runs: int, rng: np.random.Generator) -> list[bool]:
    """Return, per run, whether people of two groups, together on the floor, are declared above it.

    Parameters
    ----------
    apart
        How far the groups lie above and below the floor.
    runs, rng
        Simulated studies and source of chance.

    Examples
    --------
    >>> sum(mixed_rejections(0.1, 20, np.random.default_rng(0))) < 5
    True
    """
    threshold = Threshold(FLOOR, Side.ABOVE, ALPHA, conditional=False)
    rejected = []
    for _ in range(runs):
        (experts,), (novices,) = draw_groups([[FLOOR + apart], [FLOOR - apart]], rng)
        rejected.append(accuracy(experts.joined(novices), threshold, CLASSES).p <= ALPHA)
    return rejected
