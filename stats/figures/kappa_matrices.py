"""Error consistency of all observers with all: one matrix for each crop level."""

from __future__ import annotations

import math
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from stats.apa import signed, signed_interval
from stats.figures.style import STYLE, TALLEST, WIDEST
from stats.machine.comparison import PEOPLE, Comparison, PairKappa

NARROWEST, LOWEST = 0.36, 0.105  # inches of a cell that holds a kappa
WIDE, HIGH = 0.72, 0.3  # inches of a cell that holds its interval too
KEY_LINE, AROUND = 0.18, 0.5  # inches of a line of the key, and around a panel
SCALE = 0.8  # of the width is left by the scale
LEAST_PANEL = 0.8  # inches
DARK = 0.6  # from this size of kappa on, ink is white


def kappa_matrices(comparison: Comparison) -> Figure:
    """Draw kappa of all pairs, level by level; below stands what the numbers of the machines mean.

    Parameters
    ----------
    comparison
        Result of `compare_machines`; it has pairs.

    Returns
    -------
    A panel for each level that has pairs: observers in rows and columns, kappa in every cell of the lower
    half, with its interval where there is room; a dash where there is none. One scale from -1 to 1.
    """
    levels = list(dict.fromkeys(pair.crop_level for pair in comparison.pairs))
    observers = _observers(comparison)
    layout = _Layout(len(observers), len(levels))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDEST, layout.height), layout="constrained")
        panels = figure.subplots(layout.lines, layout.columns, squeeze=False)
        for axes in panels.flat[len(levels) :]:
            axes.set_visible(False)
        meshes = [
            _matrix(axes, comparison, level, observers, layout)
            for axes, level in zip(panels.flat, levels, strict=False)
        ]
        scale = figure.colorbar(
            meshes[0], ax=panels.ravel().tolist(), label="error consistency (Cohen's kappa)"
        )
        if scale.solids is not None:
            scale.solids.set_rasterized(False)
        figure.supxlabel("\n".join(observers.values()), x=0.02, ha="left", fontsize=8)
    return figure


@dataclass(frozen=True)
class _Layout:
    """How panels share the page.

    Attributes
    ----------
    observers, levels : how many there are
    """

    observers: int
    levels: int

    @property
    def columns(self) -> int:
        """Two beside each other where cells stay wide enough."""
        return 2 if self.levels > 1 and self._width(2) >= NARROWEST else 1

    @property
    def lines(self) -> int:
        return math.ceil(self.levels / self.columns)

    @property
    def panel(self) -> float:
        """Height of a panel, in inches: what cells of an even shape need, as far as the page has it."""
        wanted = AROUND + self.observers * min(self._width(self.columns), 0.5)
        return max(min(wanted, (TALLEST - self._key) / self.lines), LEAST_PANEL)

    @property
    def height(self) -> float:
        return self.panel * self.lines + self._key

    @property
    def has_kappas(self) -> bool:
        """Whether a cell has room for a number; its colour and the table tell it otherwise."""
        return self._high >= LOWEST and self._width(self.columns) >= NARROWEST

    @property
    def has_intervals(self) -> bool:
        return self._high >= HIGH and self._width(self.columns) >= WIDE

    @property
    def _key(self) -> float:
        return KEY_LINE * (self.observers + 1)

    @property
    def _high(self) -> float:
        return (self.panel - AROUND) / self.observers

    def _width(self, columns: int) -> float:
        return (SCALE * WIDEST / columns - AROUND) / self.observers


def _observers(comparison: Comparison) -> dict[str, str]:
    """Return people, if there are any, and the machines, each with what the key calls them."""
    people = {PEOPLE: f"P {PEOPLE}"} if any(pair.first == PEOPLE for pair in comparison.pairs) else {}
    return people | {machine.label: machine.numbered for machine in comparison.machines}


def _matrix(
    axes: Axes, comparison: Comparison, level: float, observers: dict[str, str], layout: _Layout
) -> QuadMesh:
    names, size = list(observers), len(observers)
    lower = [(row, column) for row in range(size) for column in range(row + 1)]
    pairs = {place: comparison.pair(level, names[place[0]], names[place[1]]) for place in lower}
    values = np.full((size, size), math.nan)
    for place, pair in pairs.items():
        if pair is not None and pair.kappa is not None:
            values[place] = pair.kappa
        if pair is not None and layout.has_kappas:
            _cell(axes, place, pair, layout)
    mesh = axes.pcolormesh(np.ma.masked_invalid(values), cmap="PuOr", vmin=-1, vmax=1)
    axes.invert_yaxis()
    ticks, short = np.arange(size) + 0.5, [key.split()[0] for key in observers.values()]
    axes.set_xticks(ticks, short)
    axes.set_yticks(ticks, short)
    axes.set_title(f"level {level:g}", loc="left", fontsize=9)
    return mesh


def _cell(axes: Axes, place: tuple[int, int], pair: PairKappa, layout: _Layout) -> None:
    """Write a kappa into its cell."""
    text = signed(pair.kappa, 2)
    if layout.has_intervals and pair.ci_low is not None:
        text += f"\n{signed_interval(pair.ci_low, pair.ci_high, 2)}"
    ink = "white" if pair.kappa is not None and abs(pair.kappa) > DARK else "black"
    axes.text(place[1] + 0.5, place[0] + 0.5, text, ha="center", va="center", color=ink, fontsize=8)
