"""Error against the number of training photos, with the fitted law and its asymptote."""

from __future__ import annotations

from typing import Protocol

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from stats.figures.style import MACHINE, STYLE
from stats.table.arrays import FloatArray


class Law(Protocol):
    """Error = a n^-b + c."""

    def error(self, size: FloatArray) -> FloatArray:
        """Return the error expected after `size` photos."""
        ...


class Improvement(Protocol):
    """A fitted law, and the interval of its asymptote."""

    @property
    def law(self) -> Law: ...
    @property
    def floor_low(self) -> float: ...
    @property
    def floor_high(self) -> float: ...


def learning_figure(sizes: FloatArray, errors: FloatArray, found: Improvement) -> Figure:
    """Draw every run, the fitted power law out to twice the photos, and the interval of its asymptote.

    Parameters
    ----------
    sizes
        Training photos, (S,).
    errors
        1 - balanced accuracy on validation photos, (S, R).
    found
        The fitted law.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.4), layout="constrained")
        axes = figure.subplots()
        grid = np.geomspace(sizes.min(), 2 * sizes.max(), 100)
        seen = grid <= sizes.max()
        axes.axhspan(1 - found.floor_high, 1 - found.floor_low, color="0.85", linewidth=0, label="asymptote")
        axes.plot(np.repeat(sizes, errors.shape[1]), 1 - errors.ravel(), ".", color=MACHINE, label="one run")
        axes.plot(grid[seen], 1 - found.law.error(grid[seen]), color=MACHINE, label="fitted law")
        axes.plot(grid[~seen], 1 - found.law.error(grid[~seen]), color=MACHINE, linestyle=":", label="beyond")
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:.0f}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("training photos (log scale)")
        axes.set_ylabel("accuracy on validation photos")
        axes.set_ylim(0, 1.02)
        axes.legend(loc="lower right", frameon=False, fontsize=8)
    return figure
