"""Accuracy of one attacker under several rules of hiding the same area."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
from matplotlib.figure import Figure

from stats.figures.style import MACHINE, STYLE
from stats.inference.accuracy import Accuracy


def controls_figure(found: Mapping[str, Accuracy], chance: float) -> Figure:
    """Draw one line per rule with its interval; the first is the study's own.

    Parameters
    ----------
    found
        Accuracy by name of the rule.
    chance
        One over the number of classes.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 0.6 + 0.4 * len(found)), layout="constrained")
        axes = figure.subplots()
        for row, one in enumerate(found.values()):
            axes.plot([one.ci_low, one.ci_high], [row, row], color=MACHINE, linewidth=2)
            axes.plot(one.estimate, row, "s" if row == 0 else "o", color=MACHINE, markersize=6)
            axes.annotate(f"{one.estimate:.0%}", (one.ci_high, row), (4, -3), textcoords="offset points")
        axes.axvline(chance, color="0.6", linestyle=":")
        axes.set_yticks(range(len(found)), list(found))
        axes.invert_yaxis()
        axes.set_xlim(0, 1.05)
        axes.set_xlabel("accuracy of a frozen probe (dotted: chance)")
    return figure
