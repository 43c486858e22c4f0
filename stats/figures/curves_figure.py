"""Psychometric curves with the certified region."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.apa import percent, threshold
from stats.figures.style import MACHINE, PEOPLE, SWEET, panel
from stats.psychophysics.crop_axis import AXES
from stats.psychophysics.observer_curves import Curve
from stats.psychophysics.sweet_region import SweetRegion
from stats.psychophysics.thresholds import Place


def curves_figure(region: SweetRegion) -> Figure:
    """Draw both psychometric curves with their bands, the crossings and the certified region.

    Returns
    -------
    One panel: accuracy in [0, 1] against the crop.
    """
    with panel(6.4, 4.0) as (figure, axes):
        if region.certified:
            axes.axvspan(*region.certified, color=SWEET, alpha=0.18, linewidth=0, label="certified region")
        looks = {"people": (PEOPLE, "o", "-"), "machine": (MACHINE, "s", "--")}
        for name, curve in region.curves.items():
            _curve(axes, curve, name, *looks[name])
        _crossing(axes, region.x_human, region.criteria.floor, "people cross the floor", PEOPLE)
        _crossing(axes, region.x_machine, region.criteria.ceiling, "machine crosses the ceiling", MACHINE)
        bands = f"accuracy ({percent(region.criteria.alpha)} bands)"
        axes.set(ylim=(0, 1.02), xlabel=AXES[region.axis], ylabel=bands)
        axes.legend(loc="lower left", frameon=False, fontsize=8)
    return figure


def _curve(axes: Axes, curve: Curve, name: str, colour: str, marker: str, dashes: str) -> None:
    """Draw a curve over its own levels, and each level with its own interval."""
    axes.fill_between(curve.grid, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(curve.grid, curve.fitted, color=colour, linestyle=dashes, label=name)
    axes.plot(curve.x, curve.observed, color=colour, marker=marker, linestyle="none")
    axes.vlines(curve.x, curve.observed_low, curve.observed_high, color=colour, linewidth=1)


def _crossing(axes: Axes, place: Place | None, height: float, label: str, colour: str) -> None:
    """Draw a crossing; an interval that leaves the tested range ends in the frame of the figure."""
    if place is None:
        return
    left, right = axes.get_xlim()
    low, high = (
        bound if bound is not None else edge
        for bound, edge in zip((place.ci_low, place.ci_high), (left, right), strict=True)
    )
    crossing = f"{label} ({threshold(height)})"
    axes.plot([low, high], [height, height], color=colour, linewidth=3, alpha=0.6, label=crossing)
    if place.estimate is not None:
        axes.plot(place.estimate, height, color=colour, marker="D", markersize=5, markeredgecolor="white")
