"""Between which levels does accuracy cross a threshold? For answers without any spread to resample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stats.inference.accuracy import Side, Threshold, accuracy
from stats.table.arrays import Answers, FloatArray


def bracket(
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
        Accuracy to cross.
    alpha
        Of the levels' intervals.
    categories
        Class names by code.
    conditional
        See `Threshold`.

    Returns
    -------
    Heaviest place through which all levels surely lie above, and lightest from which all surely lie below;
    -inf and inf where there is none.
    """
    asked = Threshold(threshold, Side.ABOVE, alpha, conditional)  # only the interval is used
    seen = [place for place, answers in enumerate(levels) if answers.agent.size]
    spans = [accuracy(levels[place], asked, categories) for place in seen]
    above = _leading([one.wholly_above(threshold) for one in spans])
    below = _leading([one.wholly_below(threshold) for one in spans][::-1])
    low = float(x[seen[above - 1]]) if above else -np.inf
    high = float(x[seen[len(seen) - below]]) if below else np.inf
    return low, high


def _leading(flags: Sequence[bool]) -> int:
    """Count the true flags before the first false one."""
    return next((place for place, flag in enumerate(flags) if not flag), len(flags))
