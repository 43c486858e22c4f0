"""The two-way bootstrap: people and photos are resampled separately, by matrix products on tables of counts.

A resample gives every person and every photo a whole-number weight; a trial weighs the product of both. All
resampled totals of a level are then ``sum((C @ W_people) * W_photos)``; no data frame is ever resampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stats.table.arrays import Answers, Coded, FloatArray, IntArray
from stats.table.labels import present, renumbered

Weights = NDArray[np.float32]  # (units, B) whole numbers: exact in single precision up to 16 million trials
Table = NDArray[np.float32] | sparse.csr_array[np.float32, tuple[int, int]]
CHUNK = 256  # resamples per matrix product; bounds memory to CHUNK x photos
SPARSE_BELOW = 0.2  # density under which a sparse product is the faster one


@dataclass(frozen=True)
class Resampled:
    """Bootstrap replicates of accuracy.

    Attributes
    ----------
    human, machine : (B, L) float
        Macro-averaged accuracy per resample and level; NaN at a level where that kind has no trial. Both
        kinds share the resampled photos, so their differences keep the pairing by photo.
    """

    human: FloatArray
    machine: FloatArray


def resample(coded: Coded, resamples: int, seed: int) -> Resampled:
    """Resample people, seeds and photo clusters.

    Photos are drawn within their class, so that no class dies out. A single seed is not resampled: everything
    is then conditional on that one network.

    Parameters
    ----------
    coded
        Trials of both kinds.
    resamples
        Number of replicates, B.
    seed
        Of the generator.

    References
    ----------
    Owen (2007), The pigeonhole bootstrap, Ann. Appl. Stat. 1 (conservative: it counts the interaction twice).

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from stats.planning.simulated_studies import simulate
    >>> from stats.table.arrays import encode
    >>> from stats.table.tidy import tidy
    >>> rng = np.random.default_rng(0)
    >>> people = simulate([0.9, 0.7], rng, n_agents=20, n_items=60)
    >>> networks = simulate([0.9, 0.4], rng, agent_type="model", n_agents=3, n_items=60, crossed=True)
    >>> replicates = resample(encode(tidy(pd.concat([people, networks])).trials), resamples=500, seed=1)
    >>> replicates.human.shape, replicates.human.mean(axis=0).round(1).tolist()
    ((500, 2), [0.9, 0.7])
    """
    rng = np.random.default_rng(seed)
    every = (*coded.human, *coded.machine)
    strata = _strata(every)
    sides = {"human": coded.human, "machine": coded.machine}
    parts: dict[str, list[FloatArray]] = {"human": [], "machine": []}
    tables = {kind: CountTables.of(levels) for kind, levels in sides.items()}
    for start in range(0, resamples, CHUNK):
        size = min(CHUNK, resamples - start)
        photos = _draw_photos(strata, size, rng)
        for kind, table in tables.items():
            parts[kind].append(table.accuracies(_draw(table.n_agents, size, rng), photos))
    return Resampled(np.concatenate(parts["human"]), np.concatenate(parts["machine"]))


@dataclass(frozen=True)
class Cell:
    """One class at one level: who answered how often, and how often rightly.

    Attributes
    ----------
    clusters : (J,) photo clusters that occur
    correct, trials : (J, A) right answers and trials of each agent on each cluster
    """

    clusters: IntArray
    correct: Table
    trials: Table

    def share(self, agents: Weights, photos: Weights) -> FloatArray:
        """Return right answers over trials per resample, (B,); NaN where a resample holds no trial."""
        weights = photos[self.clusters]
        right, total = (
            np.einsum("jb,jb->b", table @ agents, weights) for table in (self.correct, self.trials)
        )
        return _divided(right.astype(float), total.astype(float))


@dataclass(frozen=True)
class CountTables:
    """All answers of one kind of observer as count tables.

    Attributes
    ----------
    n_agents : agents of this kind, A
    cells : per level, the classes that occur
    """

    n_agents: int
    cells: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, levels: Sequence[Answers]) -> CountTables:
        """Count the answers of every level."""
        agents = present(np.concatenate([level.agent for level in levels]))
        cells = [
            tuple(_cell(level.where(level.category == code), agents) for code in level.categories)
            for level in levels
        ]
        return cls(agents.size, tuple(cells))

    def accuracies(self, agents: Weights, photos: Weights) -> FloatArray:
        """Return macro-averaged accuracies (B, L) under the weights (A, B) and (clusters, B)."""
        return np.column_stack([_macro(cells, agents, photos) for cells in self.cells])


def _macro(cells: Sequence[Cell], agents: Weights, photos: Weights) -> FloatArray:
    """Average over the classes that a resample still holds, (B,)."""
    if not cells:
        return np.full(agents.shape[1], np.nan)
    shares = np.stack([cell.share(agents, photos) for cell in cells])
    held = ~np.isnan(shares)
    return _divided(np.where(held, shares, 0.0).sum(axis=0), held.sum(axis=0).astype(float))


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, with NaN where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def _cell(answers: Answers, agents: IntArray) -> Cell:
    clusters, row = renumbered(answers.cluster)
    place = (row, np.searchsorted(agents, answers.agent))

    def table(values: FloatArray) -> Table:
        counts = sparse.csr_array((values.astype(np.float32), place), shape=(clusters.size, agents.size))
        return counts if counts.nnz < SPARSE_BELOW * clusters.size * agents.size else counts.toarray()

    return Cell(clusters, table(answers.correct), table(answers.trials))


def _strata(levels: Sequence[Answers]) -> IntArray:
    """Return the stratum of every cluster code: its class (the first by name, for a source with several)."""
    cluster = np.concatenate([level.cluster for level in levels])
    category = np.concatenate([level.category for level in levels])
    unused = int(category.max()) + 1
    strata = np.full(int(cluster.max()) + 1, unused)
    np.minimum.at(strata, cluster, category)
    return np.where(strata == unused, -1, strata)


def _draw(units: int, size: int, rng: np.random.Generator) -> Weights:
    """Draw multinomial weights (units, size): how often each unit is in each resample."""
    if units == 1:
        return np.ones((1, size), dtype=np.float32)
    picked = rng.integers(0, units, (units, size), dtype=np.int32) * size + np.arange(size)
    return np.bincount(picked.ravel(), minlength=size * units).reshape(units, size).astype(np.float32)


def _draw_photos(strata: IntArray, size: int, rng: np.random.Generator) -> Weights:
    weights = np.zeros((strata.size, size), dtype=np.float32)
    for stratum in np.unique(strata[strata >= 0]):
        rows = np.flatnonzero(strata == stratum)
        weights[rows] = _draw(rows.size, size, rng)
    return weights
