"""The machine's accuracy against people's: levels, and stretches of stimuli that are about as hard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.apa import percent
from stats.designs.difficulty_results import DifficultyStudy, Stretch
from stats.designs.interval_widths import Share
from stats.figures.style import MACHINE, SWEET, panel
from stats.table.arrays import FloatArray


def difficulty_figure(study: DifficultyStudy) -> Figure:
    """Draw the machine's accuracy against people's, with the line on which they are equal.

    Returns
    -------
    One panel: accuracy in [0, 1] on both axes; below the line people are better.
    """
    with panel(4.8, 4.6) as (figure, axes):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
        _draw(axes, study.stretches, "stretches of stimuli", MACHINE, "s", "--")
        _draw(axes, [of.place for of in study.levels], "levels", SWEET, "o", "none")
        for of in study.levels:
            place = (of.place.people.estimate, of.place.machine.estimate)
            axes.annotate(f"{of.crop_level:g}", place, xytext=(5, 5), textcoords="offset points", fontsize=8)
        of_people = f"people's accuracy ({percent(study.alpha)} intervals)"
        axes.set(xlabel=of_people, ylabel="machine's accuracy on the same stimuli")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
        axes.legend(loc="best", frameon=False, fontsize=8)
    return figure


def _draw(axes: Axes, parts: Sequence[Stretch], label: str, colour: str, marker: str, dashes: str) -> None:
    """Draw each part as a point with both of its intervals."""
    x, y = (_ends([getattr(of, side) for of in parts]) for side in ("people", "machine"))
    axes.plot(x[1:], [y[0], y[0]], color=colour, linewidth=1)
    axes.plot([x[0], x[0]], y[1:], color=colour, linewidth=1)
    axes.plot(x[0], y[0], color=colour, marker=marker, linestyle=dashes, label=label)


def _ends(shares: Sequence[Share]) -> FloatArray:
    """Return estimates, lower and upper ends, (3, n); NaN where there is none."""
    rows = [(share.estimate, share.ci_low, share.ci_high) for share in shares]
    return np.array(rows, dtype=np.float64).T
