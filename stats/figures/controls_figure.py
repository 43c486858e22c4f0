"""Accuracy of one attacker under several rules of hiding the same area."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from stats.apa import share
from stats.figures.style import MACHINE, panel
from stats.inference.estimates import Accuracy


def controls_figure(accuracies: Mapping[str, Accuracy], chance: float) -> Figure:
    """Draw the accuracy under every rule with its interval; the first rule is the study's own.

    Parameters
    ----------
    accuracies
        Accuracy by name of the rule.
    chance
        Accuracy of guessing, in [0, 1]: one over the number of classes.

    Returns
    -------
    One panel: rules from top to bottom against accuracy in [0, 1].
    """
    with panel(5.6, 0.6 + 0.4 * len(accuracies)) as (figure, axes):
        for row, accuracy in enumerate(accuracies.values()):
            axes.plot([accuracy.ci_low, accuracy.ci_high], [row, row], color=MACHINE, linewidth=2)
            axes.plot(accuracy.estimate, row, "s" if row == 0 else "o", color=MACHINE, markersize=6)
            label = share(accuracy.estimate, 2)
            axes.annotate(label, (accuracy.ci_high, row), (4, -3), textcoords="offset points")
        axes.axvline(chance, color="0.6", linestyle=":")
        axes.set_yticks(range(len(accuracies)), list(accuracies))
        axes.invert_yaxis()
        axes.set(xlim=(0, 1.05), xlabel="accuracy of a frozen probe (dotted: chance)")
    return figure
