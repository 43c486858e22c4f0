"""What hiding and showing attended pixels says about attention maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_Z = 1.959963984540054


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
        95 % interval of `advantage` over photos.
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
class Faithfulness:
    """Both games over the same photos and maps.

    Parameters
    ----------
    deletion
        Attended pixels are hidden first.
    insertion
        Attended pixels are shown first.
    photos
        How many photos.
    """

    deletion: Contrast
    insertion: Contrast
    photos: int

    def is_faithful(self) -> bool:
        """Whether both games say so."""
        return self.deletion.is_faithful() and self.insertion.is_faithful()

    def in_words(self) -> str:
        """Say whether attention is faithful, and by which figures."""
        said = {2: "faithful", 1: "faithful in one of two tests", 0: "not shown to be faithful"}
        passed = self.deletion.is_faithful() + self.insertion.is_faithful()
        return (
            f"Attention is {said[passed]} on {self.photos} photos. Beside random regions of the same shape, "
            f"hiding the attended ones lowers the true class's probability by {self.deletion.in_figures()} "
            f"more, and showing them alone raises it by {self.insertion.in_figures()} more."
        )


def contrast(attended: Floats, others: Floats, sign: float, shares: Sequence[float]) -> Contrast:
    """Compare probabilities [n, S], attended and random pixels first; `sign` of the hoped for difference."""
    gained = sign * (attended - others)[:, np.asarray(shares) > 0].mean(1)
    mean, error = float(gained.mean()), float(gained.std(ddof=1) / np.sqrt(len(gained)))
    low, high = mean - _Z * error, mean + _Z * error
    return Contrast(tuple(shares), attended.mean(0), others.mean(0), mean, low, high)
