"""Error consistency by level."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.figures.style import MACHINE, PEOPLE, STYLE, SWEET
from stats.psychophysics.error_consistency import Agreement


def consistency_figure(agreements: Sequence[Agreement]) -> Figure:
    """Draw kappa by level and pair of observers, over the range that the accuracies leave possible.

    Parameters
    ----------
    agreements
        Result of `error_consistency`; undefined values are left out.

    Returns
    -------
    One panel: kappa in [-1, 1] against the levels, light to heavy.
    """
    looks = {"human-human": (PEOPLE, "o"), "human-machine": (SWEET, "D"), "machine-machine": (MACHINE, "s")}
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        levels = sorted({agreement.crop_level for agreement in agreements})
        for shift, (pair, (colour, marker)) in zip((-0.15, 0.0, 0.15), looks.items(), strict=True):
            label: str | None = pair
            for agreement in agreements:
                if agreement.pair == pair and agreement.kappa is not None:
                    place = levels.index(agreement.crop_level) + shift
                    _kappa(axes, place, agreement, colour, marker, label)
                    label = None
        axes.axhline(0, color="0.6", linewidth=0.8)
        axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
        axes.set_xlabel("crop level (light to heavy)")
        axes.set_ylabel("error consistency (Cohen's kappa)")
        axes.set_title("bars: intervals; pale: possible range", loc="left", fontsize=8)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize=8)
    return figure


def _kappa(
    axes: Axes, place: float, agreement: Agreement, colour: str, marker: str, label: str | None
) -> None:
    for low, high, alpha, width in (
        (agreement.bound_low, agreement.bound_high, 0.2, 7.0),
        (agreement.ci_low, agreement.ci_high, 1.0, 1.5),
    ):
        if low is not None and high is not None:
            axes.plot([place] * 2, [low, high], color=colour, alpha=alpha, linewidth=width)
    axes.plot(place, float(agreement.kappa or 0), color=colour, marker=marker, linestyle="none", label=label)
