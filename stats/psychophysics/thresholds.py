"""Where a falling curve crosses an accuracy, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.inference.accuracy import Side, Threshold, accuracy
from stats.table.arrays import Answers, FloatArray

NO_WIDTH = 1e-9  # share of the axis: all resamples agree, because the answers do not vary


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
    """Crossings of the fitted curve and of the resampled ones, not cut to the tested range.

    Attributes
    ----------
    values : (1 + B,) crossing of the fitted curve, then of each resampled one
    x : (L,) place of each tested level
    alpha : error rate of the two-sided interval
    bracket : interval where all resamples agree because the answers do not vary (see `exact_bracket`)
    has_interval : whether resampling says anything about new observers

    Examples
    --------
    >>> import numpy as np
    >>> resampled = np.linspace(1.4, 1.8, 200)
    >>> crossing = Crossing(np.append(1.6, resampled), np.arange(3.0), alpha=0.05, bracket=(1.0, 2.0))
    >>> crossing.place().estimate, round(crossing.place().ci_low, 2), round(crossing.place().ci_high, 2)
    (1.6, 1.41, 1.79)
    """

    values: FloatArray
    x: FloatArray
    alpha: float
    bracket: tuple[float, float]
    has_interval: bool = True

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the interval, which may leave the tested range."""
        if not self.has_interval:
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


def exact_bracket(
    levels: Sequence[Answers],
    x: FloatArray,
    threshold: float,
    alpha: float,
    categories: tuple[str, ...],
    *,
    conditional: bool,
) -> tuple[float, float]:
    """Return the places between which a falling accuracy crosses, by the exact bounds of the levels.

    Parameters
    ----------
    levels
        Answers of one kind of observer, light to heavy.
    x : (L,) float
        Place of each level.
    threshold
        Accuracy to cross, in (0, 1).
    alpha
        Of the levels' intervals.
    categories
        Class names by code.
    conditional
        See `Threshold`.

    Returns
    -------
    Heaviest place up to which all levels surely lie above, and lightest from which all surely lie below;
    -inf and inf where there is none.

    Examples
    --------
    A network that is always right at level 0 and always wrong at levels 1 and 2 crosses between 0 and 1.

    >>> import numpy as np
    >>> from stats.table.arrays import Answers
    >>> def photos(right):
    ...     codes, zeros = np.arange(30), np.zeros(30, dtype=int)
    ...     return Answers(zeros, codes, codes, zeros, np.full(30, right), np.ones(30))
    >>> levels = [photos(1.0), photos(0.0), photos(0.0)]
    >>> exact_bracket(levels, np.arange(3.0), 0.5, 0.05, ("dunk",), conditional=True)
    (0.0, 1.0)
    """
    tested_against = Threshold(threshold, Side.ABOVE, alpha, conditional)  # only the interval is used
    seen = [place for place, answers in enumerate(levels) if answers.agent.size]
    accuracies = [accuracy(levels[place], tested_against, categories) for place in seen]
    above = _leading([level.wholly_above(threshold) for level in accuracies])
    below = _leading([level.wholly_below(threshold) for level in reversed(accuracies)])
    low = float(x[seen[above - 1]]) if above else -np.inf
    high = float(x[seen[len(seen) - below]]) if below else np.inf
    return low, high


def _leading(flags: Sequence[bool]) -> int:
    """Count the true flags before the first false one."""
    return next((place for place, flag in enumerate(flags) if not flag), len(flags))


def certified_region(machine: Crossing, human: Crossing) -> tuple[float, float] | None:
    """Return where the machine surely is below its ceiling and people surely above their floor.

    Parameters
    ----------
    machine, human
        Crossings of the ceiling and of the floor.

    Returns
    -------
    From the upper bound of the machine's crossing to the lower bound of people's, cut to the range in which
    both were tested; None where that is empty.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(5.0)
    >>> machine = Crossing(np.full(9, 1.0), x, alpha=0.05, bracket=(0.8, 1.2))
    >>> human = Crossing(np.full(9, 3.0), x, alpha=0.05, bracket=(2.8, 3.2))
    >>> certified_region(machine, human)
    (1.2, 2.8)
    """
    both = shared_range(machine.x, human.x)
    if both is None:
        return None
    start, end = max(machine.bounds[1], both[0]), min(human.bounds[0], both[1])
    return (start, end) if start < end else None


def shared_range(first: FloatArray, second: FloatArray) -> tuple[float, float] | None:
    """Return the range in which both kinds of observers were tested; None where there is none.

    Examples
    --------
    >>> shared_range(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 4.0]))
    (1.0, 2.0)
    """
    start, end = float(max(first.min(), second.min())), float(min(first.max(), second.max()))
    return (start, end) if start < end else None
