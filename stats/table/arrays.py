"""Arrays of answers, in which agents, photos, clusters and classes are numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.table.labels import Codes, numbered, present, renumbered

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
ObjectArray = NDArray[np.object_]


LEVEL_PROBABILITY = "level_probability"
PER_ENTRY = ("agent", "item", "cluster", "category", "correct", "trials")


@dataclass(frozen=True)
class Answers:
    """Answers of one kind of observer at one level, one entry per trial or per count of trials.

    Attributes
    ----------
    agent, item, cluster, category : (n,) int
        Numbers of who answered, of the photo, of its source and of its class.
    correct : (n,) float
        Right answers in the entry: 0 or 1 for a trial.
    trials : (n,) float
        Trials in the entry: 1 for a trial. A trial whose level was drawn with a known chance has its weight
        here, and in `correct` if it was right.
    photos_unknown
        Whether the entries are counts that do not say which photos they come from.
    weighted
        Whether trials weigh differently.

    Examples
    --------
    >>> answers = Answers(
    ...     agent=np.array([0, 0, 0]), item=np.array([0, 1, 1]), cluster=np.array([0, 1, 1]),
    ...     category=np.array([0, 0, 0]), correct=np.array([1.0, 1.0, 0.0]), trials=np.ones(3),
    ... )
    >>> answers.where(answers.item == 1).correct.tolist()
    [1.0, 0.0]
    >>> answers.joined(answers).n_trials
    6
    >>> answers.photo_means().correct.tolist()
    [1.0, 0.5]
    """

    agent: Codes
    item: Codes
    cluster: Codes
    category: Codes
    correct: FloatArray
    trials: FloatArray
    photos_unknown: bool = False
    weighted: bool = False

    def where(self, rows: BoolArray) -> Answers:
        """Return the entries of the chosen rows, an (n,) mask."""
        chosen = {name: getattr(self, name)[rows] for name in PER_ENTRY if name != "trials"}
        each_once = self.trials.strides == (0,)  # one number for all entries, held once
        trials = np.broadcast_to(self.trials[:1], rows.sum()) if each_once else self.trials[rows]
        return replace(self, **chosen, trials=trials)

    def joined(self, other: Answers) -> Answers:
        """Return the entries of both, which must come from one `encode` so that numbers mean the same."""
        joined = [np.concatenate([getattr(self, name), getattr(other, name)]) for name in PER_ENTRY]
        agent, item, cluster, category, correct, trials = joined
        weighted = self.weighted or other.weighted
        return Answers(agent, item, cluster, category, correct, trials, self.photos_unknown, weighted)

    def photo_means(self) -> Answers:
        """Return one entry per photo of a single agent, with the share of right answers.

        A network that is asked again about a photo gives no new evidence.
        """
        if self.photos_unknown or self.n_items == self.item.size:
            return self
        items, first, place = np.unique(self.item, return_index=True, return_inverse=True)
        shares = np.bincount(place, self.correct) / np.bincount(place, self.trials)
        entries = {name: getattr(self, name)[first] for name in PER_ENTRY}
        return replace(self, **entries | {"correct": shares, "trials": np.ones(items.size)})

    @property
    def n_agents(self) -> int:
        """Number of agents that answered."""
        return present(self.agent).size

    @property
    def n_items(self) -> int:
        """Number of photos that were answered."""
        return present(self.item).size

    @property
    def n_cells(self) -> int:
        """Number of pairs of agent and photo that occur."""
        if not self.agent.size:
            return 0
        cells = self.agent.astype(np.int64) * (int(self.item.max()) + 1) + self.item
        return renumbered(cells)[0].size

    @property
    def n_trials(self) -> int:
        """Number of trials in all entries."""
        return self.trials.size if self.weighted else int(self.trials.sum())

    @property
    def independent_units(self) -> float:
        """Agents or clusters of photos, whichever are fewer; of unequal weights, as many as they are worth.

        References
        ----------
        Kish (1965), Survey sampling, section 8.2.
        """
        sides = self.agent, self.cluster
        if not self.weighted:
            return float(min(present(side).size for side in sides))
        totals = (np.bincount(renumbered(side)[1], self.trials) for side in sides)
        return min(float(each.sum() ** 2 / (each**2).sum()) for each in totals)

    @property
    def categories(self) -> IntArray:
        """Numbers of the classes that occur, in ascending order."""
        return present(self.category)


@dataclass(frozen=True)
class Coded:
    """Answers of people and machine per level, with the names of levels and classes.

    Attributes
    ----------
    levels : (L,) float
        Crop levels, light to heavy.
    categories
        Class names; a class is numbered by its place here.
    human, machine : (L,) tuple
        Answers per level; a level without any answer has an entry of length 0.
    """

    levels: FloatArray
    categories: tuple[str, ...]
    human: tuple[Answers, ...]
    machine: tuple[Answers, ...]

    def pairs(self) -> Iterator[tuple[float, Answers, Answers]]:
        """Iterate over (level, human answers, machine answers)."""
        return zip(self.levels.tolist(), self.human, self.machine, strict=True)

    def repeated(self) -> int:
        """Count the entries in which an observer judges a photo again that the same one saw at the level."""
        return sum(level.agent.size - level.n_cells for level in (*self.human, *self.machine))

    def without_shared_photos(self) -> list[float]:
        """Return the levels at which both were tested, but never on the same photo."""
        return [
            level
            for level, people, machine in self.pairs()
            if people.agent.size and machine.agent.size and not people.photos_unknown
            if not np.isin(people.item, machine.item).any()
        ]


def encode(trials: pd.DataFrame) -> Coded:
    """Return the trials of a checked table as arrays.

    Names are numbered in alphabetical order, so that no estimate, and no resample of a bootstrap, depends on
    the order of the rows.

    Parameters
    ----------
    trials
        Rows of `Tidy.trials`, or some of them.

    Examples
    --------
    >>> from stats.table.tidy import tidy
    >>> trials = pd.DataFrame({
    ...     "agent_type": ["human", "model"], "agent_id": ["p1", "net"], "item_id": "a", "category": "dunk",
    ...     "crop_level": 1, "correct": [1, 0],
    ... })
    >>> [(level, human.correct.tolist(), machine.correct.tolist())
    ...  for level, human, machine in encode(tidy(trials).primary).pairs()]
    [(1.0, [1.0], [0.0])]
    """
    level = trials["crop_level"].to_numpy(dtype=np.float64)
    levels = np.unique(level)
    category, categories = numbered(trials["category"])
    agent, item, cluster = (numbered(trials[name])[0] for name in ("agent_id", "item_id", "cluster_id"))
    human = trials["human"].to_numpy(dtype=bool)
    weight, weighted = _weights(trials, level, human)
    correct = trials["correct"].to_numpy(dtype=np.float64) * weight
    answers = Answers(agent, item, cluster, category, correct, weight, weighted=weighted)
    return Coded(
        levels,
        tuple(str(name) for name in categories),
        tuple(answers.where(human & (level == each)) for each in levels),
        tuple(answers.where(~human & (level == each)) for each in levels),
    )


def _weights(trials: pd.DataFrame, level: FloatArray, human: BoolArray) -> tuple[FloatArray, bool]:
    """Return what each trial weighs, and whether any weighs more than another.

    A person's trial weighs the inverse of the chance with which its level was drawn, relative to the others
    at the level; then levels are compared over all people and photos, whoever was shown what.
    """
    equal = np.broadcast_to(1.0, len(trials))
    if LEVEL_PROBABILITY not in trials:
        return equal, False
    chance = trials[LEVEL_PROBABILITY].to_numpy(dtype=np.float64)
    drawn = human & ~np.isnan(chance)
    weight = np.ones(len(trials))
    for each in np.unique(level[drawn]):
        rows = drawn & (level == each)
        weight[rows] = 1 / chance[rows]
        weight[rows] /= weight[rows].mean()
    return (weight, True) if (weight != 1).any() else (equal, False)
