"""Accuracy along a predictor of the trial: curves with bands, stretches with intervals, thresholds."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.apa import percent, threshold
from stats.designs.trial_predictor import PredictorCurve, PredictorStudy
from stats.figures.style import MACHINE, PEOPLE, panel

LOOKS = {"people": (PEOPLE, "o", "-"), "machine": (MACHINE, "s", "--")}


def predictor_figure(study: PredictorStudy) -> Figure:
    """Draw the curves of people and machine along a predictor, with their thresholds.

    Returns
    -------
    One panel: accuracy in [0, 1] against the predictor.
    """
    with panel(6.4, 4.0) as (figure, axes):
        for name, curve in study.curves.items():
            _draw(axes, name, curve)
        axes.set_ylim(0, 1.02)
        if study.axis.logarithmic:
            axes.set_xscale("log")
        axes.set_xlabel(study.axis.column)
        axes.set_ylabel(f"accuracy, classes weighing the same\n({percent(study.alpha)} intervals)")
        axes.legend(loc="best", frameon=False, fontsize=8)
    return figure


def _draw(axes: Axes, name: str, of: PredictorCurve) -> None:
    """Draw one kind of observer; a threshold whose interval leaves the values shown has no bar."""
    colour, marker, dashes = LOOKS[name]
    curve, place = of.curve, of.threshold
    axes.fill_between(curve.grid, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(curve.grid, curve.fitted, color=colour, linestyle=dashes, label=name)
    axes.plot(curve.x, curve.observed, color=colour, marker=marker, linestyle="none")
    axes.vlines(curve.x, curve.observed_low, curve.observed_high, color=colour, linewidth=1)
    axes.axhline(of.guessing.rate, color="0.6", linewidth=0.8)
    if place.ci_low is not None and place.ci_high is not None:
        label = f"{name} cross {threshold(of.accuracy)}"
        axes.plot([place.ci_low, place.ci_high], [of.accuracy] * 2, color=colour, linewidth=3, label=label)
    if place.estimate is not None:
        axes.plot(
            place.estimate, of.accuracy, color=colour, marker="D", markersize=5, markeredgecolor="white"
        )
