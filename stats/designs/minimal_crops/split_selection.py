"""Minimal recognisable crops, selected by some people and estimated from others.

Crops that were picked because they were recognised, and whose children were not, look better than they are,
and their children worse: the winner's curse. Here half of the people select and the other half estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stats.designs.interval_widths import Share
from stats.designs.minimal_crops.crop_trees import CropTrees, Rule, crop_trees
from stats.designs.minimal_crops.drop_estimates import answers_by_crop, estimate_drop
from stats.designs.minimal_crops.selection_results import Candidate, Drop, SelectedCrops
from stats.errors import CriteriaError, TableError
from stats.table.arrays import Answers, BoolArray, FloatArray, IntArray
from stats.table.labels import present

SPLITS = 100
FEWEST_PEOPLE = 4  # two of them select, two estimate


def selected_crops(
    trials: pd.DataFrame,
    *,
    rule: Rule | None = None,
    splits: int = SPLITS,
    alpha: float = 0.05,
    seed: int = 0,
    mode: str | None = None,
) -> SelectedCrops:
    """Select minimal recognisable crops with half of the people and estimate them with the other half.

    Each half does both: it selects for the other, and estimates what the other has selected. The estimate
    is the median over random halves, and its interval runs from the median lower to the median
    upper bound of intervals at 1 - alpha / 2, which covers at 1 - alpha at least. It is about crops that a
    half as large as these selects, over new people and new photos.

    Parameters
    ----------
    trials
        Tidy table of trees of crops, see `crop_trees`.
    rule
        When a crop is minimal; the default is `Rule()`.
    splits, seed
        Random halves, and the seed of their generator.
    alpha
        Error rate of the two-sided intervals.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the table holds no trees, or fewer than four people.
    CriteriaError
        When alpha leaves (0, 1), or there is no split.

    References
    ----------
    Ullman, Assif, Fetaya & Harari (2016), Atoms of recognition in human and computer vision, PNAS 113.
    Chernozhukov, Demirer, Duflo & Fernandez-Val (2018), Generic machine learning inference on heterogeneous
    treatment effects in randomized experiments, NBER 24678 (medians over sample splits).

    Examples
    --------
    Half of the people recognise every crop; a search nevertheless finds crops and children that differ.

    >>> rng = np.random.default_rng(0)
    >>> crops = [(f"t{t}", "") for t in range(20)] + [(f"t{t}c{c}", f"t{t}") for t in range(20) for c in "ab"]
    >>> trials = pd.DataFrame([(f"p{p}", *crop) for crop in crops for p in range(24)],
    ...     columns=["agent_id", "item_id", "parent_id"])
    >>> trials = trials.assign(agent_type="human", category="dunk", crop_level=0,
    ...     correct=rng.integers(0, 2, len(trials)))
    >>> selected = selected_crops(trials, splits=20)
    >>> selected.flattered.drop.estimate > 0.1, abs(selected.people.drop.estimate) < 0.06
    (True, True)
    """
    return select(crop_trees(trials, mode), rule or Rule(), splits=splits, alpha=alpha, seed=seed)


def select(trees: CropTrees, rule: Rule, *, splits: int, alpha: float, seed: int) -> SelectedCrops:
    """Select and estimate crops of trees that were read already, see `selected_crops`.

    Examples
    --------
    >>> rows = [(f"p{p}", crop, parent, right) for p in range(8)
    ...     for crop, parent, right in (("a", "", 1), ("a1", "a", 0), ("b", "", 1), ("b1", "b", p == 0))]
    >>> trials = pd.DataFrame(rows, columns=["agent_id", "item_id", "parent_id", "correct"])
    >>> trees = crop_trees(trials.assign(agent_type="human", category="dunk", crop_level=0))
    >>> [crop.item_id for crop in select(trees, Rule(least=3), splits=5, alpha=0.05, seed=0).candidates]
    ['a', 'b']
    """
    if not 0 < alpha < 1 or splits < 1:
        raise CriteriaError(f"alpha must lie in (0, 1) and there must be a split, not {alpha} and {splits}")
    people = present(trees.people.agent)
    if people.size < FEWEST_PEOPLE:
        raise TableError(
            f"halves of people need {FEWEST_PEOPLE} people at least, and there are {people.size}"
        )
    halves = _halves(people, splits, np.random.default_rng(seed))
    chosen = [tuple(_minimal(trees, rule, half) for half in pair) for pair in halves]
    everybody = _minimal(trees, rule, people)
    crossed = [
        [(first, _of(trees, pair[1])), (second, _of(trees, pair[0]))]
        for pair, (first, second) in zip(halves, chosen, strict=True)
    ]
    networks = [[(selected, trees.machine) for selected in pair] for pair in chosen]
    with_machine = trees.machine.agent.size > 0
    return SelectedCrops(
        rule=rule,
        splits=splits,
        alpha=alpha,
        seed=seed,
        n_people=people.size,
        n_crops=len(trees.names),
        n_trees=int(np.unique(trees.tree).size),
        never_shown=trees.never_shown,
        n_without_machine=int(np.setdiff1d(trees.people.item, trees.machine.item).size)
        if with_machine
        else None,
        flattered=_over_splits([[(everybody, trees.people)]], trees.parent, 2 * alpha),
        people=_over_splits(crossed, trees.parent, alpha),
        machine=_over_splits(networks, trees.parent, alpha, conditional=True) if with_machine else None,
        candidates=_candidates(trees, everybody, np.mean([half for pair in chosen for half in pair], axis=0)),
    )


def _halves(people: IntArray, splits: int, rng: np.random.Generator) -> list[tuple[IntArray, IntArray]]:
    shuffled = [rng.permutation(people) for _ in range(splits)]
    middle = people.size // 2
    return [(order[:middle], order[middle:]) for order in shuffled]


def _of(trees: CropTrees, people: IntArray) -> Answers:
    return trees.people.where(np.isin(trees.people.agent, people))


def _minimal(trees: CropTrees, rule: Rule, people: IntArray) -> BoolArray:
    right, answers = answers_by_crop(_of(trees, people), len(trees.names))
    return rule.minimal(right, answers, trees.parent)


def _over_splits(
    splits: Sequence[Sequence[tuple[BoolArray, Answers]]],
    parent: IntArray,
    alpha: float,
    *,
    conditional: bool = False,
) -> Drop:
    """Return medians over the splits; the interval of each has half of alpha."""
    parts = [estimate_drop(folds, parent, alpha / 2, conditional=conditional) for folds in splits]
    known = [part for part in parts if part is not None]
    if not known:
        nothing = Share(None, None, None)
        return Drop(nothing, nothing, nothing, 0, 0, 0)
    values, halves = (np.array([getattr(part, name) for part in known]) for name in ("estimates", "halves"))
    low, high = (np.median(values + sign * halves, axis=0) for sign in (-1, 1))
    bounds = ((0.0, 1.0), (0.0, 1.0), (-1.0, 1.0))
    shares = [
        Share(float(middle), float(max(under, least)), float(min(over, most)))
        for middle, under, over, (least, most) in zip(
            np.median(values, axis=0), low, high, bounds, strict=True
        )
    ]
    crops, photos, agents = np.median([part.sizes for part in known], axis=0).tolist()
    return Drop(shares[0], shares[1], shares[2], crops, photos, agents)


def _candidates(trees: CropTrees, chosen: BoolArray, shares: FloatArray) -> tuple[Candidate, ...]:
    right, answers = answers_by_crop(trees.people, len(trees.names))
    return tuple(
        Candidate(
            trees.names[crop],
            trees.names[trees.tree[crop]],
            float(right[crop] / answers[crop]),
            int(answers[crop]),
            float(shares[crop]),
        )
        for crop in np.flatnonzero(chosen)
    )
