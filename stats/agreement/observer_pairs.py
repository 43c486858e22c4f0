"""Pairs of observers on the photos that both judged: agreement, accuracies, and kappa."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stats.agreement.copying import copied_shares
from stats.agreement.kappa import expected_agreement, kappa, kappa_bounds
from stats.table.arrays import Answers, FloatArray, IntArray, ObjectArray
from stats.table.labels import Codes, renumbered

UNDEFINED_ROOM = 1e-12
Table = NDArray[np.floating]


@dataclass(frozen=True)
class Judged:
    """What observers answered, as tables over the photos of a level.

    Attributes
    ----------
    seen : (A, J) 1 where the observer judged the photo
    right : (A, J) share of the observer's answers to the photo that were right; 0 where there are none
    classes : (J,) class of each photo
    clusters : (J,) source of each photo

    Both tables are in single precision where no answer was repeated: sums of 0 and 1 are then exact.
    """

    seen: Table
    right: Table
    classes: Codes
    clusters: Codes

    @classmethod
    def of(cls, answers: Answers, photos: Answers) -> Judged:
        """Return answers as tables over all photos that occur in `photos`; repeated answers are averaged."""
        items, first = np.unique(photos.item, return_index=True)
        agents, row = renumbered(answers.agent)
        cell = row * items.size + np.searchsorted(items, answers.item)
        size = agents.size * items.size
        times, right = (np.bincount(cell, values, size) for values in (answers.trials, answers.correct))
        share = np.divide(right, times, out=np.zeros(size), where=times > 0)
        exact: type[np.floating] = np.float32 if np.isin(share, (0, 1)).all() else np.float64
        shape = (agents.size, items.size)
        seen = (times > 0).astype(exact).reshape(shape)
        return cls(seen, share.astype(exact).reshape(shape), photos.category[first], photos.cluster[first])

    def among(self, observers: IntArray) -> Judged:
        """Return what the observers of these rows answered."""
        return Judged(self.seen[observers], self.right[observers], self.classes, self.clusters)


@dataclass(frozen=True)
class Tallies:
    """What pairs of observers share; kappas follow, (P,) each, NaN where undefined.

    Attributes
    ----------
    counts : (K, 4, P) per class and pair: shared photos, counted as often as they are drawn, and those right
        by the first, by the second and by both; (K, 4, P, B) for several draws of photos
    """

    counts: Table

    def without(self, other: Tallies) -> Tallies:
        """Return what the pairs share on the photos that the other tallies leave out; classes are pooled."""
        return Tallies((self._sums - other._sums)[None])

    @cached_property
    def shared(self) -> FloatArray:
        """Photos that weigh in."""
        return np.asarray(self._sums[0])

    @cached_property
    def overall(self) -> FloatArray:
        """Cohen's kappa of being right."""
        return kappa(self.observed, *self._accuracies)

    @cached_property
    def within(self) -> FloatArray:
        """Kappa beyond what the accuracies of each class explain: chance is what they give."""
        room, beyond = np.zeros_like(self.shared), np.zeros_like(self.shared)
        for of_class in self.counts:  # class by class, which takes little memory
            total, first, second, both = of_class.astype(float)
            known = np.where(total > 0, total, 1.0)
            expected = total * expected_agreement(first / known, second / known)
            room += total - expected
            beyond += total - first - second + 2 * both - expected
        defined = room > UNDEFINED_ROOM * np.maximum(self.shared, 1.0)
        return np.where(defined, beyond / np.where(defined, room, 1.0), np.nan)

    @cached_property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """The smallest and largest overall kappa that the accuracies allow."""
        return kappa_bounds(*self._accuracies)

    @cached_property
    def copied(self) -> tuple[FloatArray, FloatArray]:
        """Share of photos on which the less, and the more, accurate observer copies, read from kappa."""
        return copied_shares(self._sums[3] / self._known, *self._accuracies)

    @cached_property
    def observed(self) -> FloatArray:
        """Share of equal correctness."""
        first, second = self._accuracies
        return np.asarray(1 - first - second + 2 * self._sums[3] / self._known)

    @cached_property
    def expected(self) -> FloatArray:
        """Share of equal correctness that independence would give."""
        return expected_agreement(*self._accuracies)

    @cached_property
    def _sums(self) -> FloatArray:
        return np.asarray(self.counts.sum(axis=0, dtype=float))

    @cached_property
    def _known(self) -> FloatArray:
        return np.where(self.shared > 0, self.shared, np.nan)

    @cached_property
    def _accuracies(self) -> tuple[FloatArray, FloatArray]:
        return self._sums[1] / self._known, self._sums[2] / self._known


@dataclass(frozen=True)
class Pairs:
    """Pairs of observers that share enough photos.

    Attributes
    ----------
    first, second : both sides; the same object where pairs are within one kind of observer
    counted : (first observers, second observers) whether the pair counts; within one kind each pair once
    shared : (P,) photos that the counted pairs share
    left_out : (Q,) photos that the pairs share which share fewer than the least number
    """

    first: Judged
    second: Judged
    counted: NDArray[np.bool_]
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
        return cls(
            first, second, enough, shared[enough].astype(float), shared[possible & ~enough].astype(float)
        )

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of observers on both sides."""
        return len(self.first.seen), len(self.second.seen)

    @property
    def same(self) -> bool:
        """Whether both sides are the same observers."""
        return self.first is self.second

    def tallies(self, photos: FloatArray, *, by_class: bool = True) -> Tallies:
        """Return what the counted pairs share where photo j counts `photos[j]` times, (J,).

        Without classes all photos are of one, which is all that the overall kappa needs.
        """
        classes = self.first.classes if by_class else np.zeros_like(self.first.classes)
        drawn = photos > 0
        codes = np.unique(classes)
        places = np.flatnonzero(self.counted)
        exact = np.result_type(self.first.seen, self.second.seen)
        counts = np.empty((codes.size, 4, places.size), exact)
        for code, of_class in zip(codes, counts, strict=True):
            columns = np.flatnonzero(drawn & (classes == code))
            for product, row in zip(self._products(columns, photos[columns]), of_class, strict=True):
                row[:] = product.take(places)
        return Tallies(counts)

    def resampled(
        self, rows: IntArray, columns: IntArray, photos: FloatArray, *, by_class: bool = True
    ) -> Tallies:
        """Return what pairs share in each of several draws of photos; the tallies are (P, B) each.

        Parameters
        ----------
        rows, columns : (P,) int
            Places of the first and of the second observer of each pair.
        photos : (J, B) float
            How often each photo was drawn.
        by_class
            As in `tallies`.
        """
        seen, right = self.first.seen[rows], self.first.right[rows]
        other_seen, other_right = self.second.seen[columns], self.second.right[columns]
        products = (seen * other_seen, right * other_seen, seen * other_right, right * other_right)
        times = photos.astype(np.result_type(*products))
        classes = self.first.classes if by_class else np.zeros_like(self.first.classes)
        of_classes = [np.flatnonzero(classes == code) for code in np.unique(classes)]
        return Tallies(
            np.array([[each[:, of_class] @ times[of_class] for each in products] for of_class in of_classes])
        )

    def _products(self, columns: IntArray, photos: FloatArray) -> tuple[Table, Table, Table, Table]:
        """Return shared photos, those right by the first, by the second and by both, of all observers."""
        seen, right = self.first.seen[:, columns], self.first.right[:, columns]
        times = photos.astype(self.second.seen.dtype)
        other_seen, other_right = (
            (side[:, columns] * times).T for side in (self.second.seen, self.second.right)
        )
        right_by_first = right @ other_seen
        right_by_second = right_by_first.T if self.same else seen @ other_right
        return seen @ other_seen, right_by_first, right_by_second, right @ other_right
