"""Results of simulations: the power of a planned study, and the error rates of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.figures.style import LEVEL_COLOURS, MARKERS, PEOPLE, panel

if TYPE_CHECKING:  # simulations bring optimisers along, which no drawing needs
    from stats.planning.rates import Rate
    from stats.planning.study_sizes import Recommendation, Size


def sizes_figure(plan: Recommendation) -> Figure:
    """Draw the chance of what is wanted by number of people, a curve for each number of photos and networks.

    Parameters
    ----------
    plan
        Result of `recommend`.

    Returns
    -------
    One panel: probability in [0, 1] with its interval against people; a ring marks the size to choose.
    """
    with panel(6.4, 4.0) as (figure, axes):
        curves = dict.fromkeys((size.photos, size.networks) for size in plan.sizes)
        for place, (photos, networks) in enumerate(curves):
            sizes = [size for size in plan.sizes if (size.photos, size.networks) == (photos, networks)]
            _chances(axes, sizes, place, f"{photos} photos, {networks} networks")
        if plan.smallest:
            at = plan.smallest.power.people, plan.smallest.chance
            axes.plot(*at, "o", markersize=14, markerfacecolor="none", color="0.2", label="recommended")
        axes.axhline(plan.goal, color="0.6", linewidth=0.8, linestyle="--")
        wanted = "any level" if plan.level is None else f"level {plan.level}"
        chance = f"chance that {wanted} is supported (95 % intervals)"
        axes.set(ylim=(-0.02, 1.02), xlabel="people", ylabel=chance)
        axes.legend(frameon=False, fontsize=8)
    return figure


def _chances(axes: Axes, sizes: Sequence[Size], place: int, label: str) -> None:
    """Draw the chance by number of people, in the colour and with the marker of the curve's place."""
    axes.errorbar(
        [size.power.people for size in sizes],
        [size.chance for size in sizes],
        yerr=[[size.chance - size.low for size in sizes], [size.high - size.chance for size in sizes]],
        color=LEVEL_COLOURS[place % len(LEVEL_COLOURS)],
        marker=MARKERS[place % len(MARKERS)],
        capsize=3,
        label=label,
    )


def calibration_figure(rates: Sequence[Rate], runs: int) -> Figure:
    """Draw simulated error rates with their intervals over the ranges that the method page promises.

    Parameters
    ----------
    rates
        Results of `stats.planning.calibration_runs.calibrate`.
    runs
        Simulated studies per scenario.

    Returns
    -------
    One panel: scenarios from top to bottom against rates in [0, 1].
    """
    with panel(7.6, 0.5 + 0.42 * len(rates)) as (figure, axes):
        for place, rate in enumerate(reversed(rates)):
            axes.barh(place, rate.goal_high - rate.goal_low, left=rate.goal_low, color="0.88", height=0.7)
            arms = [[rate.rate - rate.low], [rate.high - rate.rate]]
            axes.errorbar(rate.rate, place, xerr=arms, color=PEOPLE, marker="o", markersize=4, capsize=3)
        axes.set_yticks(range(len(rates)), [rate.name for rate in reversed(rates)], fontsize=7)
        axes.set_xlim(0, 1)
        axes.set_xlabel(f"share of {runs} simulated studies (95 % interval); grey: promised range")
    return figure
