"""What hiding and showing attended pixels says about attention maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stats.inference.clustered_mean import mean_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """Probability of the true class as more of each photo is hidden, or shown.

    Parameters
    ----------
    shares
        Share of the area hidden (deletion) or shown (insertion), [S].
    attended_first, random_first
        Mean probability when the most attended pixels, or random ones, go first, float64 [S].
    advantage
        By how much attended pixels matter more than random ones, averaged over the shares above 0: how much
        lower the probability is without them, or how much higher with them alone.
    low, high
        95 % interval of `advantage` over photos, those of one group together.
    """

    shares: tuple[float, ...]
    attended_first: Floats
    random_first: Floats
    advantage: float
    low: float
    high: float

    def is_faithful(self) -> bool:
        """Whether attended pixels surely matter more than random ones."""
        return self.low > 0

    def in_figures(self) -> str:
        return f"{self.advantage:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


@dataclass(frozen=True)
class Margin:
    """By how much one kind of map matters more than another, mean and 95 % interval over photos."""

    advantage: float
    low: float
    high: float

    def in_figures(self) -> str:
        return f"{self.advantage:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


@dataclass(frozen=True)
class Faithfulness:
    """Both games over the same photos and maps.

    Parameters
    ----------
    deletion
        Attended pixels are hidden first.
    insertion
        Attended pixels are shown first.
    own
        By how much a photo's own map does better than another photo's, in the mean of both games: a map of
        where subjects usually are beats random regions, and says nothing of this photo.
    photos
        How many photos.
    """

    deletion: Contrast
    insertion: Contrast
    own: Margin
    photos: int

    def is_faithful(self) -> bool:
        """Whether both games say so, and the map is of its own photo."""
        return self.deletion.is_faithful() and self.insertion.is_faithful() and self.own.low > 0

    def summary(self) -> str:
        """Say whether attention is faithful, and by which figures."""
        return (
            f"Attention is {self._verdict()} on {self.photos} photos. Beside random regions of the same "
            f"shape, hiding the attended ones lowers the true class's probability by "
            f"{self.deletion.in_figures()} more, and showing them alone raises it by "
            f"{self.insertion.in_figures()} more; beside what is attended in another photo, "
            f"{self.own.in_figures()} in the mean of both."
        )

    def _verdict(self) -> str:
        passed = self.deletion.is_faithful() + self.insertion.is_faithful()
        if passed < 2:
            return ("not shown to be faithful", "faithful in one of two tests")[passed]
        return "faithful" if self.own.low > 0 else "on the right place, but not shown to be each photo's own,"


def contrast(
    attended: Floats, others: Floats, sign: float, shares: Sequence[float], groups: Sequence[str]
) -> Contrast:
    """Compare probabilities [n, S], attended and random pixels first; `sign` of the hoped for difference."""
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
    """Compare a photo's own attention with another's, [n, S] of each game, in the mean of all games."""
    games = zip(attended, others, signs, strict=True)
    return margin(np.mean([_gained(own, other, sign, shares) for own, other, sign in games], axis=0), groups)


def margin(gained: Floats, groups: Sequence[str]) -> Margin:
    """Return the mean of what each photo gained, [n], with its interval."""
    return Margin(float(gained.mean()), *mean_interval(gained, groups))


def _gained(attended: Floats, others: Floats, sign: float, shares: Sequence[float]) -> Floats:
    gained: Floats = sign * (attended - others)[:, np.asarray(shares) > 0].mean(1)
    return gained
