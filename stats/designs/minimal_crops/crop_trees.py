"""Trees of crops: every crop of a search was cut from a larger one, and a photo is the root of its tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.errors import CriteriaError, TableError
from stats.table.arrays import Answers, BoolArray, FloatArray, IntArray
from stats.table.design_columns import PARENT
from stats.table.parse import refuse
from stats.table.tidy import tidy

NO_PARENT = -1


@dataclass(frozen=True)
class CropTrees:
    """Crops with their parents, and who recognised them.

    Attributes
    ----------
    names : (I,) name of each crop, in alphabetical order
    parent : (I,) number of the crop that it was cut from; -1 for a whole photo
    people, machine : answers; their items are crops, their clusters trees, and all classes count as one
    never_shown : parents without any row
    """

    names: tuple[str, ...]
    parent: IntArray
    people: Answers
    machine: Answers
    never_shown: tuple[str, ...]

    @property
    def tree(self) -> IntArray:
        """Number of the whole photo that each crop comes from, (I,)."""
        return roots(self.parent)


@dataclass(frozen=True)
class Rule:
    """When a crop is a minimal recognisable one: it is recognised, and none of its children is.

    Attributes
    ----------
    criterion : a crop is recognised where this share of the answers is right, or more
    least : answers that a crop needs to be judged at all, it and each of its children

    Raises
    ------
    CriteriaError
        When the criterion is no share, or no answer is needed.
    """

    criterion: float = 0.5
    least: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.criterion <= 1:
            raise CriteriaError(f"the criterion must be a share of right answers, not {self.criterion}")
        if self.least < 1:
            raise CriteriaError(f"a crop needs at least one answer, not {self.least}")

    def minimal(self, right: FloatArray, answers: FloatArray, parent: IntArray) -> BoolArray:
        """Return which crops are minimal recognisable ones, (I,).

        Parameters
        ----------
        right, answers : (I,) float
            Right answers and all answers to each crop.
        parent : (I,) int
            Number of the crop that each was cut from; -1 for a whole photo.
        """
        judged = answers >= self.least
        recognised = judged & (right >= self.criterion * answers)
        child = (parent != NO_PARENT) & (answers > 0)
        children, lost = (
            np.bincount(parent[rows], minlength=parent.size) for rows in (child, child & judged & ~recognised)
        )
        return np.asarray(recognised & (children > 0) & (children == lost))


def crop_trees(trials: pd.DataFrame, mode: str | None = None) -> CropTrees:
    """Read trees of crops from a table of trials.

    Parameters
    ----------
    trials
        Tidy table with a column `parent_id`; `item_id` names a crop, not the photo it comes from.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the column is missing, a crop has two parents or is cut from itself, or nobody answered.

    Examples
    --------
    >>> rows = [("photo", None, 1), ("half", "photo", 1), ("quarter", "half", 0)]
    >>> trials = pd.DataFrame(rows, columns=["item_id", "parent_id", "correct"])
    >>> trees = crop_trees(trials.assign(agent_type="human", agent_id="p1", category="dunk", crop_level=0))
    >>> trees.names, trees.parent.tolist(), trees.tree.tolist()
    (('half', 'photo', 'quarter'), [1, -1, 0], [1, 1, 1])
    """
    if PARENT.name not in trials:
        raise TableError(f"the table has no column {PARENT.name}: the crop that each crop was cut from")
    counted = tidy(trials, mode).primary.reset_index(drop=True)
    if not counted["human"].any():
        raise TableError("crops are selected by people's answers, and the table holds none")
    item, parent = (counted[name].astype(object) for name in ("item_id", PARENT.name))
    parent = parent.where(parent.notna(), None).map(str, na_action="ignore")
    shown = sorted(map(str, item.unique()))
    names = sorted({*shown, *parent.dropna()})
    number = {name: place for place, name in enumerate(names)}
    items = item.map(str).map(number).to_numpy(dtype=np.int64)
    parents = parent.map(number).fillna(NO_PARENT).to_numpy(dtype=np.int64)
    of_item = np.full(len(names), NO_PARENT)
    of_item[items] = parents
    if (bad := of_item[items] != parents).any():
        refuse(counted, bad, PARENT.name, "differs from that in another row of this item_id")
    agents = pd.factorize(counted["agent_id"].astype(object), sort=True)[0]
    human = counted["human"].to_numpy(dtype=bool)
    correct = counted["correct"].to_numpy(dtype=float)
    zeros, ones = np.zeros(len(counted), dtype=np.int64), np.ones(len(counted))
    answers = Answers(agents, items, roots(of_item)[items], zeros, correct, ones)
    never_shown = tuple(sorted(set(names) - set(shown)))
    return CropTrees(tuple(names), of_item, answers.where(human), answers.where(~human), never_shown)


def roots(parent: IntArray) -> IntArray:
    """Return the root of each crop's tree, (I,).

    Raises
    ------
    TableError
        When crops are cut from each other in a circle.

    Examples
    --------
    >>> roots(np.array([1, 2, -1, -1])).tolist()
    [2, 2, 2, 3]
    """
    root = np.arange(parent.size)
    for _ in range(parent.size + 1):
        above = parent[root]
        if (above == NO_PARENT).all():
            return root
        root = np.where(above == NO_PARENT, root, above)
    raise TableError(f"{PARENT.name}: crops are cut from each other in a circle; correct the column")
