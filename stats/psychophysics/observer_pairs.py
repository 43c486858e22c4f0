"""Pairs of observers on the photos that both judged: agreement, accuracies, and kappa."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stats.psychophysics.kappa import expected_agreement, kappa, kappa_bounds
from stats.table.arrays import Answers, FloatArray, IntArray, ObjectArray
from stats.table.labels import renumbered

UNDEFINED_ROOM = 1e-12


@dataclass(frozen=True)
class Judged:
    """What observers answered, as tables over the photos of a level.

    Attributes
    ----------
    seen : (A, J) 1 where the observer judged the photo
    right : (A, J) share of the observer's answers to the photo that were right; 0 where there are none
    classes : (J,) class of each photo
    clusters : (J,) source of each photo
    """

    seen: FloatArray
    right: FloatArray
    classes: IntArray
    clusters: IntArray

    @classmethod
    def of(cls, answers: Answers, photos: Answers) -> Judged:
        """Return answers as tables over all photos that occur in `photos`; repeated answers are averaged."""
        items, first = np.unique(photos.item, return_index=True)
        agents, row = renumbered(answers.agent)
        cell = row * items.size + np.searchsorted(items, answers.item)
        size = agents.size * items.size
        times, right = (np.bincount(cell, values, size) for values in (answers.trials, answers.correct))
        share = np.divide(right, times, out=np.zeros(size), where=times > 0)
        shape = (agents.size, items.size)
        seen = (times > 0).astype(float).reshape(shape)
        return cls(seen, share.reshape(shape), photos.category[first], photos.cluster[first])


@dataclass(frozen=True)
class Kappas:
    """Kappas of pairs, (P,) each; NaN where undefined.

    Attributes
    ----------
    overall : Cohen's kappa of being right
    within : the same beyond what the accuracies of each class explain
    low, high : the bounds that the accuracies leave to the overall kappa
    observed, expected : share of equal correctness, and what independence would give
    shared : photos that weigh in, counted as often as they are drawn
    """

    overall: FloatArray
    within: FloatArray
    low: FloatArray
    high: FloatArray
    observed: FloatArray
    expected: FloatArray
    shared: FloatArray


@dataclass(frozen=True)
class Pairs:
    """Pairs of observers that share enough photos.

    Attributes
    ----------
    first, second : both sides; the same object where pairs are within one kind of observer
    places : (row, row) of each counted pair, (P,) each; within one kind each pair once
    shared : (P,) photos that the counted pairs share
    left_out : (Q,) photos that the pairs share which share fewer than the least number
    """

    first: Judged
    second: Judged
    places: tuple[IntArray, IntArray]
    shared: FloatArray
    left_out: FloatArray

    @classmethod
    def of(cls, first: Judged, second: Judged, least: int, groups: ObjectArray | None = None) -> Pairs:
        """Return the pairs that share at least `least` photos, and what the others share.

        Where groups (A,) of the observers of one kind are given, only pairs of different groups count.
        """
        shared = first.seen @ second.seen.T  # (first observers, second observers)
        possible = np.triu(np.ones_like(shared, dtype=bool), 1) if first is second else shared >= 0
        if groups is not None:
            possible &= groups[:, None] != groups[None, :]
        enough = possible & (shared >= least)
        rows, columns = np.nonzero(enough)
        return cls(first, second, (rows, columns), shared[enough], shared[possible & ~enough])

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of observers on both sides."""
        return len(self.first.seen), len(self.second.seen)

    @property
    def same(self) -> bool:
        """Whether both sides are the same observers."""
        return self.first is self.second

    def kappas(self, photos: FloatArray) -> Kappas:
        """Return the kappas where photo j counts `photos[j]` times, (J,)."""
        of_class = [self._tallies(columns, photos[columns]) for columns in self._columns]  # K x (4, P)
        tallies = np.stack(of_class)
        total, first, second, both = tallies.sum(axis=0)
        known = np.where(total > 0, total, np.nan)
        accuracies = first / known, second / known
        observed = 1 - accuracies[0] - accuracies[1] + 2 * both / known
        low, high = kappa_bounds(*accuracies)
        return Kappas(
            kappa(observed, *accuracies),
            _within(tallies),
            low,
            high,
            observed,
            expected_agreement(*accuracies),
            total,
        )

    @cached_property
    def _columns(self) -> list[IntArray]:
        classes = self.first.classes
        return [np.flatnonzero(classes == code) for code in np.unique(classes)]

    def _tallies(self, columns: IntArray, photos: FloatArray) -> FloatArray:
        """Return shared photos, those right by the first, by the second and by both: (4, P)."""
        seen, right = (side[:, columns] * photos for side in (self.first.seen, self.first.right))
        other_seen, other_right = self.second.seen[:, columns].T, self.second.right[:, columns].T
        products = (seen @ other_seen, right @ other_seen, seen @ other_right, right @ other_right)
        return np.stack([product[self.places] for product in products])


def _within(tallies: FloatArray) -> FloatArray:
    """Return kappa stratified by class, of tallies (K, 4, P): chance is what each class's accuracies give."""
    total, first, second, both = np.moveaxis(tallies, 1, 0)  # (K, P) each
    known = np.where(total > 0, total, 1.0)
    expected = total * expected_agreement(first / known, second / known)
    observed = total - first - second + 2 * both
    room = (total - expected).sum(axis=0)
    defined = room > UNDEFINED_ROOM * np.maximum(total.sum(axis=0), 1.0)
    return np.where(defined, (observed - expected).sum(axis=0) / np.where(defined, room, 1.0), np.nan)
