"""Tables as heat maps: attack matrix and confusions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.apa import interval, share
from stats.figures.style import WIDEST, panel
from stats.inference.estimates import Accuracy
from stats.machine.attack_matrix import AttackMatrix
from stats.psychophysics.confusion import Confusion

TWO_ON_A_PAGE = 4.5  # inches
NAME_WIDTH = 22  # characters of a line of a machine's name, which may be 60 long
CHARACTER = 0.06  # inches that a name adds for each of them


def matrix_figure(matrix: AttackMatrix) -> Figure:
    """Draw the attack matrix; the diagonal is the adaptive attack, right of it is transfer.

    Returns
    -------
    One heat map: levels trained through in rows, then machines from outside; levels tested at in columns.
    """
    rows = [*matrix.cells, *(row.cells for row in matrix.brought)]
    brought = [fill(row.name, NAME_WIDTH) for row in matrix.brought]
    names = [*(f"{level:g}" for level in matrix.trained), *brought]
    room = CHARACTER * max((len(line) for name in brought for line in name.splitlines()), default=0)
    with panel(min(1.6 + 0.9 * len(matrix.tested) + room, WIDEST), 1.2 + 0.7 * len(rows)) as (figure, axes):
        values = [[cell.estimate if cell else math.nan for cell in row] for row in rows]
        labels = [[_accuracy_label(cell) if cell else "" for cell in row] for row in rows]
        _heat(figure, axes, values, labels, "accuracy of the attacker (intervals below)")
        axes.set_xticks(_ticks(len(matrix.tested)), [f"{level:g}" for level in matrix.tested])
        axes.set_yticks(_ticks(len(rows)), names)
        axes.set(xlabel="tested at level", ylabel="trained through level")
    return figure


def _accuracy_label(accuracy: Accuracy) -> str:
    return f"{share(accuracy.estimate, 2)}\n{interval(accuracy.ci_low, accuracy.ci_high, 2)}"


def confusion_figure(confusion: Confusion) -> Figure:
    """Draw the answers given to each class, as shares of the class.

    Returns
    -------
    One heat map: true classes in rows, answers in columns.
    """
    width = min(2.4 + 0.7 * len(confusion.responses), WIDEST)
    height = min(1.4 + 0.6 * len(confusion.categories), TWO_ON_A_PAGE)
    with panel(width, height) as (figure, axes):
        shares = [[math.nan if value is None else value for value in row] for row in confusion.shares()]
        labels = [[str(count) for count in row] for row in confusion.counts]
        _heat(figure, axes, shares, labels, "share of the class (counts in the cells)")
        axes.set_xticks(_ticks(len(confusion.responses)), list(confusion.responses), rotation=45, ha="right")
        axes.set_yticks(_ticks(len(confusion.categories)), list(confusion.categories))
        axes.set(xlabel="answer", ylabel="true class")
        who = "people" if confusion.agent_type == "human" else "machine"
        axes.set_title(f"{who}, level {confusion.crop_level:g}", loc="left", fontsize=9)
    return figure


def _heat(
    figure: Figure, axes: Axes, values: Sequence[Sequence[float]], labels: Sequence[Sequence[str]], unit: str
) -> None:
    """Draw a heat map of shares from white (0) to dark (1), with a label in every cell.

    The cells are vector shapes, not pixels: they stay sharp in print, and every viewer of SVG places them
    alike.
    """
    shares = np.ma.masked_invalid(np.array(values, dtype=float))
    mesh = axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1)
    axes.invert_yaxis()
    for row, line in enumerate(labels):
        for column, label in enumerate(line):
            ink = "white" if values[row][column] > 0.6 else "black"
            axes.text(column + 0.5, row + 0.5, label, ha="center", va="center", color=ink, fontsize=8)
    scale = figure.colorbar(mesh, ax=axes, label=unit)
    if scale.solids is not None:
        scale.solids.set_rasterized(False)


def _ticks(size: int) -> list[float]:
    return [place + 0.5 for place in range(size)]
