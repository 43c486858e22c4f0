"""Where a falling curve crosses an accuracy, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.table.arrays import FloatArray

NO_WIDTH = 1e-9  # of the axis: all resamples agree, because the answers do not vary


@dataclass(frozen=True)
class Place:
    """A place on the axis of crops with its interval; nothing is extrapolated beyond the tested range.

    Attributes
    ----------
    estimate : where the fitted curve crosses; None outside the tested range
    ci_low : None when the interval reaches below the lightest level tested; the heaviest level at most
    ci_high : None when the interval reaches beyond the heaviest level tested; the lightest level at least
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Crossing:
    """Crossings of the fitted curve (entry 0) and of the resampled ones, not cut to the tested range.

    Where all resamples agree because the answers do not vary, the levels' exact bounds are the interval.
    Where `known` is false, resampling tells nothing about new observers: the crossing has no interval.
    """

    values: FloatArray
    x: FloatArray
    alpha: float
    bracket: tuple[float, float]
    known: bool = True

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the interval, which may leave the tested range."""
        if not self.known:
            return -np.inf, np.inf
        # An order statistic, not an interpolation: some crossings are infinite.
        ends = np.quantile(self.values[1:], [self.alpha / 2, 1 - self.alpha / 2], method="inverted_cdf")
        agreed = np.isfinite(ends).all() and ends[1] - ends[0] <= NO_WIDTH * np.ptp(self.x)
        return self.bracket if agreed else (float(ends[0]), float(ends[1]))

    def place(self) -> Place:
        """Return the crossing with its interval, cut to the tested range."""
        low, high = self.bounds
        first, last = float(self.x.min()), float(self.x.max())
        estimate = float(self.values[0])
        return Place(
            estimate if first <= estimate <= last else None,
            min(low, last) if low >= first else None,
            max(high, first) if high <= last else None,
        )


def certified_region(machine: Crossing, human: Crossing, x: FloatArray) -> tuple[float, float] | None:
    """Return where the machine surely is below its ceiling and people surely above their floor."""
    start = max(machine.bounds[1], float(x.min()))
    end = min(human.bounds[0], float(x.max()))
    return (start, end) if start < end else None
