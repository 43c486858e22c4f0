"""Contrasts between the accuracies of several cells, over new people and new photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
from scipy import special

from stats.inference.clustered import (
    ROUNDING,
    between_agents,
    between_clusters,
    photo_df,
    residuals_of,
    within_cells,
)
from stats.table.arrays import Answers, FloatArray, IntArray


class Contrast(NamedTuple):
    """A weighted sum of accuracies, or of their log odds; variance and df are None where unknown."""

    estimate: float
    variance: float | None
    df: float | None


class WaldTest(NamedTuple):
    """Test that several contrasts are all zero: F with its degrees of freedom."""

    f: float
    df: int
    df_rest: float
    p: float


@dataclass(frozen=True)
class CellMeans:
    """Macro-averaged accuracies of cells that share people, photos, or both.

    Attributes
    ----------
    means : (C,) accuracy of each cell
    answers : of all cells, one after another
    residuals : (n,) of the answers, weighted as in the macro average of their cell
    cell : (n,) number of the cell of each answer
    groups : (n,) number of the group of people of each answer
    """

    means: FloatArray
    answers: Answers
    residuals: FloatArray
    cell: IntArray
    groups: IntArray

    @classmethod
    def of(cls, cells: Sequence[Answers], groups: Sequence[int]) -> CellMeans:
        """Return the accuracies of cells.

        Parameters
        ----------
        cells
            (C,) answers with people, photos and classes numbered alike, all with the same classes.
        groups
            (C,) number of the group of people that a cell belongs to; a person is in one group.
        """
        parts = [residuals_of(cell) for cell in cells]
        sizes = [cell.agent.size for cell in cells]
        return cls(
            np.array([means.mean() for means, _ in parts]),
            reduce(Answers.joined, cells),
            np.concatenate([residuals for _, residuals in parts]),
            np.repeat(np.arange(len(cells)), sizes),
            np.repeat(np.asarray(groups), sizes),
        )

    def difference(self, weights: FloatArray) -> Contrast:
        """Return a weighted sum of the accuracies, (C,) weights."""
        return Contrast(float(weights @ self.means), *self._variance(weights[self.cell] * self.residuals))

    def log_odds(self, weights: FloatArray) -> Contrast:
        """Return a weighted sum of the log odds of the accuracies, all within (0, 1)."""
        estimate = float(weights @ special.logit(self.means))
        return Contrast(estimate, *self._variance(self._on_log_odds(weights)))

    def all_zero(self, weights: FloatArray) -> WaldTest | None:
        """Test whether all of several contrasts of log odds are zero.

        The contrasts are turned so that their estimates are uncorrelated; each then has the variance and the
        degrees of freedom of a single contrast. The sum of their squared t is referred to Hotelling's
        distribution, with the mean of their degrees of freedom.

        Parameters
        ----------
        weights : (q, C) float
            Of full rank.

        Returns
        -------
        None where a variance is unknown, or there are too few people or photos for so many contrasts.

        References
        ----------
        Pustejovsky & Tipton (2018), Small-sample methods for cluster-robust variance estimation and
        hypothesis testing in fixed effects models, J. Bus. Econ. Stat. 36 (approximate Hotelling test).
        """
        turned = self._uncorrelated(weights)
        if turned is None:
            return None
        contrasts = [self.log_odds(row) for row in turned]
        squares, dfs = [], []
        for contrast in contrasts:
            if contrast.variance is None or contrast.df is None:
                return None
            squares.append(contrast.estimate**2 / contrast.variance)
            dfs.append(contrast.df)
        return hotelling(float(np.sum(squares)), len(squares), float(np.mean(dfs)))

    def _on_log_odds(self, weights: FloatArray) -> FloatArray:
        slopes = weights / (self.means * (1 - self.means))
        return np.asarray(slopes[self.cell] * self.residuals)

    def _uncorrelated(self, weights: FloatArray) -> FloatArray | None:
        """Return contrasts that span the same space, (q, C), and whose estimates are uncorrelated."""
        residuals = [self._on_log_odds(row) for row in weights]
        size = len(residuals)
        covariance = np.empty((size, size))
        for i in range(size):
            for j in range(i, size):
                both = self._parts(residuals[i] + residuals[j])
                apart = self._parts(residuals[i] - residuals[j])
                if both is None or apart is None:
                    return None
                covariance[i, j] = covariance[j, i] = (both.total - apart.total) / 4
        return np.asarray(np.linalg.eigh(covariance)[1].T @ weights)

    def _variance(self, residuals: FloatArray) -> tuple[float | None, float | None]:
        parts = self._parts(residuals)
        if parts is None:
            return None, None
        people, photos, rest = sum(parts.people), parts.photos, parts.rest
        variance = max(people + photos - rest, people, photos)
        if variance <= ROUNDING * max(rest, ROUNDING):
            return None, None
        photos_df = photo_df(self.answers)
        spread = sum(part**2 / df for part, df in zip(parts.people, parts.people_df, strict=True))
        spread += photos**2 / photos_df + rest**2 / (sum(parts.people_df) * photos_df)
        return variance, variance**2 / spread

    def _parts(self, residuals: FloatArray) -> _Parts | None:
        """Return the parts of the variance; groups of people vary apart. None where one is unknown."""
        people, people_df = [], []
        for group in np.unique(self.groups):
            rows = self.groups == group
            own = self.answers.where(rows)
            part = between_agents(own, residuals[rows])
            if part is None:
                return None
            people.append(part)
            people_df.append(own.n_agents - 1)
        photos = between_clusters(self.answers, residuals)
        if photos is None:
            return None
        return _Parts(tuple(people), tuple(people_df), photos, within_cells(self.answers, residuals))


class _Parts(NamedTuple):
    """Parts of a two-way clustered variance: between people of each group, between photos, within both."""

    people: tuple[float, ...]
    people_df: tuple[int, ...]
    photos: float
    rest: float

    @property
    def total(self) -> float:
        return sum(self.people) + self.photos - self.rest


def hotelling(sum_of_squares: float, contrasts: int, df: float) -> WaldTest | None:
    """Return the test of a sum of squared t values of uncorrelated contrasts; None where df is too small.

    Examples
    --------
    >>> test = hotelling(8.0, contrasts=2, df=31.0)
    >>> round(test.f, 2), test.df, test.df_rest, round(test.p, 3)
    (3.87, 2, 30.0, 0.032)
    """
    rest = df - contrasts + 1
    if rest < 1:
        return None
    f = sum_of_squares * rest / (contrasts * df)
    return WaldTest(f, contrasts, rest, float(special.fdtrc(contrasts, rest, f)))
