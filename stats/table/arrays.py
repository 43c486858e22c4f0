"""Trials as arrays: what one kind of observer answered at one level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


PER_ENTRY = ("agent", "item", "cluster", "category", "correct", "trials")


@dataclass(frozen=True)
class Answers:
    """Answers, one entry per trial (or per count of trials), coded by number.

    Attributes
    ----------
    agent, item, cluster, category : (n,) int
        Who answered, to which photo, of which source and class.
    correct : (n,) float
        Right answers in the entry: 0 or 1 for a trial.
    trials : (n,) float
        Trials in the entry: 1 for a trial.
    photos_unknown
        The entries are counts that no longer say which photos they come from.
    """

    agent: IntArray
    item: IntArray
    cluster: IntArray
    category: IntArray
    correct: FloatArray
    trials: FloatArray
    photos_unknown: bool = False

    def where(self, rows: BoolArray) -> Answers:
        """Return the chosen entries."""
        return replace(self, **{name: getattr(self, name)[rows] for name in PER_ENTRY})

    def joined(self, other: Answers) -> Answers:
        """Return the entries of both, from the same code book."""
        joined = [np.concatenate([getattr(self, name), getattr(other, name)]) for name in PER_ENTRY]
        agent, item, cluster, category, correct, trials = joined
        return Answers(agent, item, cluster, category, correct, trials, self.photos_unknown)

    def photo_means(self) -> Answers:
        """Return one entry per photo of a single agent: asking a network again tells nothing new."""
        items, first, place = np.unique(self.item, return_index=True, return_inverse=True)
        if self.photos_unknown or items.size == self.item.size:
            return self
        shares = np.bincount(place, self.correct) / np.bincount(place, self.trials)
        entries = {name: getattr(self, name)[first] for name in PER_ENTRY}
        return replace(self, **entries | {"correct": shares, "trials": np.ones(items.size)})

    @property
    def n_agents(self) -> int:
        return np.unique(self.agent).size

    @property
    def n_items(self) -> int:
        return np.unique(self.item).size

    @property
    def n_trials(self) -> int:
        return int(self.trials.sum())

    @property
    def categories(self) -> IntArray:
        """Codes of the classes that occur."""
        return np.unique(self.category)


@dataclass(frozen=True)
class Coded:
    """The trials of both kinds of observer with their code books.

    Attributes
    ----------
    levels : (L,) float
        Crop levels, light to heavy.
    categories
        Class names, by code.
    human, machine
        Answers per level; a level without any answer has an entry of length 0.
    """

    levels: FloatArray
    categories: tuple[str, ...]
    human: tuple[Answers, ...]
    machine: tuple[Answers, ...]

    def pairs(self) -> Iterator[tuple[float, Answers, Answers]]:
        """Iterate over (level, human answers, machine answers)."""
        return zip(self.levels.tolist(), self.human, self.machine, strict=True)


def encode(trials: pd.DataFrame) -> Coded:
    """Number agents, photos, clusters, classes and levels of a checked table.

    Parameters
    ----------
    trials
        Rows of `Tidy.trials`.
    """
    level, levels = pd.factorize(trials["crop_level"], sort=True)
    category, categories = pd.factorize(trials["category"], sort=True)
    codes = {name: pd.factorize(trials[name])[0] for name in ("agent_id", "item_id", "cluster_id")}
    correct = trials["correct"].to_numpy(dtype=np.float64)
    ones = np.ones(len(trials))
    answers = Answers(codes["agent_id"], codes["item_id"], codes["cluster_id"], category, correct, ones)
    human = trials["human"].to_numpy(dtype=bool)
    return Coded(
        np.asarray(levels, dtype=np.float64),
        tuple(str(name) for name in categories),
        tuple(answers.where(human & (level == code)) for code in range(len(levels))),
        tuple(answers.where(~human & (level == code)) for code in range(len(levels))),
    )
