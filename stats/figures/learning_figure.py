"""Accuracy against the number of training photos, with the fitted power law and its asymptote."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from stats.figures.style import MACHINE, panel
from stats.table.arrays import FloatArray


class Law(Protocol):
    """A power law of the error: error(n) = a n^-b + c."""

    def error(self, size: FloatArray) -> FloatArray:
        """Return the error expected after training on `size` photos, (S,), within [0, 1]."""
        ...


class Improvement(Protocol):
    """A fitted law, with the interval of its asymptote c: the error after endlessly many photos."""

    @property
    def law(self) -> Law: ...
    @property
    def floor_low(self) -> float: ...
    @property
    def floor_high(self) -> float: ...


def learning_figure(sizes: FloatArray, errors: FloatArray, improvement: Improvement) -> Figure:
    """Draw every run, the fitted power law out to twice the photos, and the interval of its asymptote.

    Parameters
    ----------
    sizes
        Training photos, (S,).
    errors
        1 - balanced accuracy on validation photos, (S, R).
    improvement
        The fitted law, with the interval of its asymptote.

    Returns
    -------
    One panel: accuracy in [0, 1] against the number of photos, on a log scale.
    """
    with panel(5.2, 3.4) as (figure, axes):
        asymptote = 1 - improvement.floor_high, 1 - improvement.floor_low
        axes.axhspan(*asymptote, color="0.85", linewidth=0, label="asymptote")
        axes.plot(np.repeat(sizes, errors.shape[1]), 1 - errors.ravel(), ".", color=MACHINE, label="one run")
        _law(axes, sizes, improvement.law)
        axes.set(xscale="log", xlabel="training photos (log scale)")
        axes.set(ylim=(0, 1.02), ylabel="accuracy on validation photos")
        axes.set_xticks(sizes, [f"{size:.0f}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.legend(loc="lower right", frameon=False, fontsize=8)
    return figure


def _law(axes: Axes, sizes: FloatArray, law: Law) -> None:
    """Draw the law through the sizes that were trained on, and dotted out to twice the largest."""
    grid = np.geomspace(sizes.min(), 2 * sizes.max(), 100)
    fitted = grid <= sizes.max()
    for part, dashes, label in ((fitted, "-", "fitted law"), (~fitted, ":", "beyond")):
        axes.plot(grid[part], 1 - law.error(grid[part]), color=MACHINE, linestyle=dashes, label=label)
