"""Error rates of a search for minimal crops in which no crop is easier than the crops cut from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy import special

from stats.designs.minimal_crops.crop_trees import NO_PARENT, CropTrees, Rule
from stats.designs.minimal_crops.split_selection import select
from stats.planning.simulated_studies import PEOPLE, location
from stats.table.arrays import Answers

N_PEOPLE, N_TREES, SPLITS, ALPHA = 84, 40, 20, 0.05
ACCURACY = 0.5
TREE = np.array([NO_PARENT, 0, 0, 1, 1, 2, 2])  # a photo, two crops of it, and two of each of these

REJECTION = {"rejection": (0.0, 0.05), "for comparison, rejection by the people who selected": (0.0, 1.0)}
Simulate = Callable[[int, np.random.Generator], Sequence[Sequence[bool]]]


def selection_studies() -> Iterator[tuple[str, dict[str, tuple[float, float]], Simulate]]:
    """Yield what is true of simulated searches, the promised range of each rate, and their simulation.

    Examples
    --------
    >>> [name for name, promised, simulate in selection_studies()]
    ['minimal crops that are no easier than their children: 84 people x 40 photos']
    """
    sizes = f"{N_PEOPLE} people x {N_TREES} photos"
    yield f"minimal crops that are no easier than their children: {sizes}", REJECTION, false_drops


def false_drops(runs: int, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
    """Return, per run, whether a drop is declared where there is none: by split samples, and without.

    Examples
    --------
    >>> by_halves, by_the_same = false_drops(5, np.random.default_rng(0))
    >>> sum(by_halves), sum(by_the_same) > 2
    (0, True)
    """
    by_halves: list[bool] = []
    by_the_same: list[bool] = []
    for run in range(runs):
        selected = select(draw_trees(rng), Rule(), splits=SPLITS, alpha=ALPHA, seed=run)
        for declared, drop in ((by_halves, selected.people), (by_the_same, selected.flattered)):
            low, high = drop.drop.ci_low, drop.drop.ci_high
            declared.append(low is not None and high is not None and not low <= 0 <= high)
    return by_halves, by_the_same


def draw_trees(rng: np.random.Generator, drop: float = 0.0) -> CropTrees:
    """Draw a search: everybody sees one crop of every photo, and all of a photo's crops are equally hard.

    Parameters
    ----------
    drop
        How much less accurate people are on the smallest crops, if at all.

    Examples
    --------
    >>> trees = draw_trees(np.random.default_rng(0))
    >>> len(trees.names), trees.people.n_agents, trees.people.n_trials
    (280, 84, 3360)
    """
    agent, photo = (code.ravel() for code in np.indices((N_PEOPLE, N_TREES)))
    place = (agent + photo) % TREE.size
    shift = np.where(place > TREE.max(), drop, 0.0)
    centre = np.array([location(ACCURACY - fall, PEOPLE) for fall in (0.0, drop)])[(shift > 0).astype(int)]
    ability, ease = rng.normal(0, PEOPLE.agent, N_PEOPLE), rng.normal(0, PEOPLE.photo, N_TREES)
    p = special.expit(centre + ability[agent] + ease[photo])
    correct = (rng.random(p.size) < p).astype(float)
    answers = Answers(
        agent, photo * TREE.size + place, photo * TREE.size, 0 * agent, correct, np.ones(p.size)
    )
    names = tuple(f"crop{number:04d}" for number in range(N_TREES * TREE.size))
    parents = [np.where(TREE == NO_PARENT, NO_PARENT, TREE + root) for root in TREE.size * np.arange(N_TREES)]
    return CropTrees(names, np.concatenate(parents), answers, answers.where(agent < 0), ())
