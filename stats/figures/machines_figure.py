"""Accuracy of every machine by crop level, with people's beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.figures.style import MARKERS, PEOPLE, STYLE, TALLEST, WIDEST
from stats.machine.comparison import ComparedMachine, Comparison, MachineLevel, PeopleLevel

COLOURS = ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":")
SPREAD = 0.3  # places to each side of a level over which machines are spread
TWO_COLUMNS = 44  # characters of a label of which two stand beside each other
LINE = 0.19  # inches of a line of the legend
Levels = Sequence[PeopleLevel] | Sequence[MachineLevel]


def machines_figure(comparison: Comparison) -> Figure:
    """Draw accuracy by level: people as a thick line, each machine by a marker and a dash of its own.

    Networks of the study have filled markers, machines from outside hollow ones.

    Parameters
    ----------
    comparison
        Result of `compare_machines`.

    Returns
    -------
    One panel: accuracy in [0, 1] against the levels, light to heavy; the key stands below.
    """
    labels = [machine.numbered for machine in comparison.machines]
    columns = 2 if max(map(len, labels), default=0) <= TWO_COLUMNS else 1
    legend = LINE * (1 + math.ceil((len(labels) + 1) / columns))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDEST, min(3.6 + legend, TALLEST)), layout="constrained")
        axes = figure.subplots()
        _draw(axes, comparison)
        _label(axes, comparison)
        figure.legend(loc="outside lower left", ncols=columns, frameon=False, fontsize=8, handlelength=3.4)
    return figure


def _draw(axes: Axes, comparison: Comparison) -> None:
    """Draw all beside each other at every level, so that no interval hides another: people first."""
    places = {level: place for place, level in enumerate(comparison.levels)}
    shifts = np.linspace(-SPREAD, SPREAD, 1 + len(comparison.machines)).tolist()
    if comparison.people:
        _line(
            axes, comparison.people, places, shifts[0], label="people", color=PEOPLE, marker="o",
            linewidth=2.6, markersize=7,
        )  # fmt: skip
    for machine, shift in zip(comparison.machines, shifts[1:], strict=True):
        _line(
            axes, machine.levels, places, shift, label=machine.numbered, linewidth=1.2, markersize=5,
            **_looks(machine),
        )  # fmt: skip


def _looks(machine: ComparedMachine) -> dict[str, str]:
    """Return colour, marker and dash; the last two together are of no other among 24 machines."""
    place = machine.number - 1
    round_of_markers, marker = divmod(place, len(MARKERS) - 1)
    colour = COLOURS[place % len(COLOURS)]
    return {
        "color": colour,
        "marker": MARKERS[1 + marker],
        "linestyle": DASHES[(place + round_of_markers) % len(DASHES)],
        "markerfacecolor": "white" if machine.outside else colour,
    }


def _line(axes: Axes, levels: Levels, places: dict[float, int], shift: float, **looks: object) -> None:
    """Draw one observer; a level that it was not tested at breaks the line."""
    by_place = {places[level.crop_level]: level for level in levels}
    across = range(len(places))
    estimates = [by_place[place].estimate if place in by_place else math.nan for place in across]
    arms = np.full((2, len(places)), math.nan)
    for place, level in by_place.items():
        arms[:, place] = level.estimate - level.ci_low, level.ci_high - level.estimate
    axes.errorbar(
        [place + shift for place in across],
        estimates,
        yerr=arms,
        capsize=2.5,
        elinewidth=1.0,
        **looks,  # type: ignore[arg-type]
    )


def _label(axes: Axes, comparison: Comparison) -> None:
    levels = comparison.levels
    axes.set_ylim(0, 1.02)
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
    axes.set_xlabel("crop level (light to heavy)")
    axes.set_ylabel("accuracy, classes weighing the same")
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
