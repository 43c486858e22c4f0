"""Results of hiding and showing attended pixels, and whether attention is faithful by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stats.apa import signed, signed_interval
from stats.inference.clustered_mean import mean_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """Probability of the true class as more of each photo is hidden, or shown.

    Parameters
    ----------
    shares
        Share of the area that is hidden (deletion) or shown (insertion), S of them.
    attended_first, random_first
        Mean probability where the most attended pixels, or random ones, are first, float64 [S].
    advantage
        How much more attended pixels matter than random ones, averaged over the shares above 0: the
        difference by which the probability is lower without them, or higher with them alone.
    low, high
        95 % interval of `advantage` over groups of photos.
    """

    shares: tuple[float, ...]
    attended_first: Floats
    random_first: Floats
    advantage: float
    low: float
    high: float

    def is_faithful(self) -> bool:
        """Return whether attended pixels matter significantly more than random ones."""
        return self.low > 0

    def with_interval(self) -> str:
        """Return the advantage and its interval as text."""
        return f"{signed(self.advantage)} {signed_interval(self.low, self.high)}"


@dataclass(frozen=True)
class Margin:
    """How much more one kind of map matters than another: mean and 95 % interval over groups of photos."""

    advantage: float
    low: float
    high: float

    def with_interval(self) -> str:
        """Return the advantage and its interval as text."""
        return f"{signed(self.advantage)} {signed_interval(self.low, self.high)}"


@dataclass(frozen=True)
class Faithfulness:
    """Results of deletion and insertion with the same photos and maps.

    Parameters
    ----------
    deletion
        Attended pixels are hidden first.
    insertion
        Attended pixels are shown first.
    own
        Advantage of a photo's own map over that of another photo, in the mean of both tests: a map of where
        subjects usually are is better than random regions, but says nothing about this photo.
    photos
        Number of photos.
    """

    deletion: Contrast
    insertion: Contrast
    own: Margin
    photos: int

    def is_faithful(self) -> bool:
        """Return whether both tests are significant, and maps are better than those of other photos."""
        return self.deletion.is_faithful() and self.insertion.is_faithful() and self.own.low > 0

    def summary(self) -> str:
        """Return whether attention is faithful, and the numbers behind it, in sentences."""
        return (
            f"Attention is {self._conclusion()} on {self.photos} photos. Compared with random regions of the "
            f"same shape, hiding the attended ones lowers the true class's probability by "
            f"{self.deletion.with_interval()} more, and showing them alone raises it by "
            f"{self.insertion.with_interval()} more; compared with what is attended in another photo, "
            f"{self.own.with_interval()} in the mean of both."
        )

    def _conclusion(self) -> str:
        passed = self.deletion.is_faithful() + self.insertion.is_faithful()
        if passed < 2:
            return ("not shown to be faithful", "faithful in one of two tests")[passed]
        return "faithful" if self.own.low > 0 else "on the right place, but not shown to be each photo's own,"


def contrast(
    attended: Floats, others: Floats, sign: float, shares: Sequence[float], groups: Sequence[str]
) -> Contrast:
    """Compare the probabilities of the true class with attended and with random pixels first.

    Parameters
    ----------
    attended, others
        Probabilities where attended pixels, or others, are first, float64 [n, S].
    sign
        -1 where attended pixels should lower the probability, 1 where they should raise it.
    shares
        Shares of the area, S of them.
    groups
        Group of each photo, [n].

    Examples
    --------
    >>> attended, others = np.array([[0.9, 0.3], [0.8, 0.2]]), np.array([[0.9, 0.7], [0.8, 0.5]])
    >>> round(contrast(attended, others, -1.0, (0.0, 0.5), ["a", "b"]).advantage, 2)
    0.35
    """
    gained = margin(_gained(attended, others, sign, shares), groups)
    means = attended.mean(0), others.mean(0)
    return Contrast(tuple(shares), *means, gained.advantage, gained.low, gained.high)


def own_margin(
    attended: Sequence[Floats],
    others: Sequence[Floats],
    signs: Sequence[float],
    shares: Sequence[float],
    groups: Sequence[str],
) -> Margin:
    """Compare the photos' own maps with those of other photos, in the mean of several tests.

    Parameters
    ----------
    attended, others
        For each test, probabilities with the photo's own map and with another's, float64 [n, S].
    signs
        For each test, as in `contrast`.
    shares, groups
        As in `contrast`.

    Examples
    --------
    >>> own, other = [np.array([[0.9, 0.3], [0.8, 0.2]])], [np.array([[0.9, 0.7], [0.8, 0.5]])]
    >>> round(own_margin(own, other, [-1.0], (0.0, 0.5), ["a", "b"]).advantage, 2)
    0.35
    """
    games = zip(attended, others, signs, strict=True)
    return margin(np.mean([_gained(own, other, sign, shares) for own, other, sign in games], axis=0), groups)


def margin(gained: Floats, groups: Sequence[str]) -> Margin:
    """Return the mean of differences, float64 [n], with its interval over groups of photos.

    Examples
    --------
    >>> margin(np.array([0.2, 0.4, 0.3]), ["a", "b", "c"]).with_interval()
    '+.300 [+.052, +.548]'
    """
    return Margin(float(gained.mean()), *mean_interval(gained, groups))


def _gained(attended: Floats, others: Floats, sign: float, shares: Sequence[float]) -> Floats:
    gained: Floats = sign * (attended - others)[:, np.asarray(shares) > 0].mean(1)
    return gained
