"""Results of simulations: the power of a planned study, and the error rates of the tests."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from stats.figures.style import LEVEL_COLOURS, MARKERS, PEOPLE, STYLE
from stats.planning.power_analysis import Power
from stats.planning.rates import Rate


def power_figure(sizes: Sequence[Power]) -> Figure:
    """Draw the chance of supporting each level by number of people.

    Parameters
    ----------
    sizes
        Result of `power`.

    Returns
    -------
    One panel: a curve per level, probability in [0, 1] against people.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        people = [size.people for size in sizes]
        for level in range(len(sizes[0].per_level)):
            shares = [size.per_level[level] for size in sizes]
            arms = [
                [size.per_level[level] - size.low[level] for size in sizes],
                [size.high[level] - size.per_level[level] for size in sizes],
            ]
            colour, marker = LEVEL_COLOURS[level % len(LEVEL_COLOURS)], MARKERS[level % len(MARKERS)]
            axes.errorbar(
                people, shares, yerr=arms, color=colour, marker=marker, capsize=3, label=f"level {level}"
            )
        axes.axhline(0.8, color="0.6", linewidth=0.8, linestyle="--")
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlabel("people")
        axes.set_ylabel("chance that the level is supported (95 % intervals)")
        axes.legend(frameon=False, fontsize=8)
    return figure


def calibration_figure(rates: Sequence[Rate], runs: int) -> Figure:
    """Draw simulated error rates with their intervals over the ranges that the method page promises.

    Parameters
    ----------
    rates
        Results of `stats.planning.error_rates.calibrate`.
    runs
        Simulated studies per scenario.

    Returns
    -------
    One panel: scenarios from top to bottom against rates in [0, 1].
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 0.5 + 0.42 * len(rates)), layout="constrained")
        axes = figure.subplots()
        for place, rate in enumerate(reversed(rates)):
            axes.barh(place, rate.goal_high - rate.goal_low, left=rate.goal_low, color="0.88", height=0.7)
            arms = [[rate.rate - rate.low], [rate.high - rate.rate]]
            axes.errorbar(rate.rate, place, xerr=arms, color=PEOPLE, marker="o", markersize=4, capsize=3)
        axes.set_yticks(range(len(rates)), [rate.name for rate in reversed(rates)], fontsize=7)
        axes.set_xlim(0, 1)
        axes.set_xlabel(f"share of {runs} simulated studies (95 % interval); grey: promised range")
    return figure
