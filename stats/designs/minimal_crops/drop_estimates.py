"""Accuracy on chosen crops and on the crops cut from them, over new observers and new photos."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from stats.designs.interval_widths import half_width
from stats.designs.minimal_crops.crop_trees import NO_PARENT
from stats.table.arrays import Answers, BoolArray, FloatArray, IntArray
from stats.table.labels import present


class SplitEstimate(NamedTuple):
    """One split: estimates of crop, children and drop, half-widths of their intervals, and sizes."""

    estimates: FloatArray
    halves: FloatArray
    sizes: tuple[float, int, int]


def answers_by_crop(answers: Answers, crops: int) -> tuple[FloatArray, FloatArray]:
    """Return right answers and all answers to each crop, (I,).

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1, 0], [1, 1]], [0, 0], list("ab"))
    >>> [counts.tolist() for counts in answers_by_crop(answers, 3)]
    [[2.0, 1.0, 0.0], [2.0, 2.0, 0.0]]
    """
    right, total = (np.bincount(answers.item, each, crops) for each in (answers.correct, answers.trials))
    return np.asarray(right, dtype=np.float64), np.asarray(total, dtype=np.float64)


def estimate_drop(
    folds: Sequence[tuple[BoolArray, Answers]], parent: IntArray, alpha: float, *, conditional: bool = False
) -> SplitEstimate | None:
    """Estimate accuracy on chosen crops, on their children, and the drop between them.

    Parameters
    ----------
    folds
        Which crops were chosen, (I,) and none the child of another, with the answers that estimate them:
        of observers other than those who chose. Items are crops, clusters trees.
    parent : (I,) int
        Number of the crop that each was cut from; -1 for a whole photo.
    alpha
        Error rate of the two-sided intervals.
    conditional
        Whether a single observer may be taken as given (a network may, a person may not).

    Returns
    -------
    None where no chosen crop was answered, with one of its children. A half-width is infinite where there is
    no spread to estimate it from, or a single observer or tree.

    Examples
    --------
    >>> parent = np.array([-1, 0, -1, 2])
    >>> agent, item = (code.ravel() for code in np.indices((3, 4)))
    >>> right = np.array([1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0.0])
    >>> answers = Answers(agent, item, item // 2 * 2, 0 * item, right, np.ones(12))
    >>> drop = estimate_drop([(np.array([True, False, True, False]), answers)], parent, alpha=0.05)
    >>> drop.estimates.round(3).tolist(), drop.sizes
    ([0.833, 0.333, 0.5], (2.0, 2, 3))
    """
    roles = [role for chosen, answers in folds if (role := _Roles.of(chosen, answers, parent))]
    if not roles:
        return None
    answers = reduce(Answers.joined, [role.answers for role in roles])
    own = np.concatenate([role.own for role in roles])
    crops = sum(role.crops for role in roles)
    weights = np.concatenate([role.weights for role in roles]) / crops
    single = conditional and answers.n_agents == 1
    sizes = (crops / len(folds), present(answers.cluster).size, answers.n_agents)
    return SplitEstimate(*_two_means(answers, own, weights, alpha, single), sizes)


class _Roles(NamedTuple):
    """Answers to chosen crops and to their children.

    Attributes
    ----------
    answers : of one fold
    own : whether an answer is to a chosen crop, rather than to a child
    weights : those to a crop sum to one, and so do those to its children, each child weighing the same
    crops : chosen crops that were answered, with a child
    """

    answers: Answers
    own: BoolArray
    weights: FloatArray
    crops: int

    @classmethod
    def of(cls, chosen: BoolArray, answers: Answers, parent: IntArray) -> _Roles | None:
        _, counts = answers_by_crop(answers, parent.size)
        child = (parent != NO_PARENT) & (counts > 0) & chosen[parent]
        children = np.bincount(parent[child], minlength=parent.size)
        usable = chosen & (counts > 0) & (children > 0)
        child &= usable[parent]
        weight = np.zeros(parent.size)
        weight[usable] = 1 / counts[usable]
        weight[child] = 1 / (counts[child] * children[parent[child]])
        taken = answers.where((usable | child)[answers.item])
        crops = int(usable.sum())
        return cls(taken, usable[taken.item], weight[taken.item], crops) if crops else None


def _two_means(
    answers: Answers, own: BoolArray, weights: FloatArray, alpha: float, single: bool
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of both roles and their difference, with the half-widths of their intervals."""
    means = [float((weights * answers.correct)[role].sum()) for role in (own, ~own)]
    centred = weights * (answers.correct - np.where(own, *means))
    halves = (
        half_width(answers.where(own), centred[own], alpha, single),
        half_width(answers.where(~own), centred[~own], alpha, single),
        half_width(answers, np.where(own, centred, -centred), alpha, single),
    )
    return np.array([*means, means[0] - means[1]]), np.array(halves)
