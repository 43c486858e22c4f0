"""Error consistency by level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.agreement.agreement_results import Agreement
from stats.agreement.pair_kinds import MIXED, NETWORKS
from stats.agreement.pair_kinds import PEOPLE as PEOPLE_PAIRS
from stats.figures.style import MACHINE, PEOPLE, SWEET, panel

LOOKS = {PEOPLE_PAIRS: (PEOPLE, "o"), MIXED: (SWEET, "D"), NETWORKS: (MACHINE, "s")}


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
    names = list(dict.fromkeys(agreement.name for agreement in agreements if agreement.kappa is not None))
    shifts = dict(zip(names, np.linspace(-0.24, 0.24, len(names)) if len(names) > 1 else [0.0], strict=False))
    with panel(6.4, 4.0) as (figure, axes):
        levels = sorted({agreement.crop_level for agreement in agreements})
        for name in names:
            of_name = [each for each in agreements if each.name == name and each.kappa is not None]
            for place, agreement in enumerate(of_name):
                x = levels.index(agreement.crop_level) + shifts[name]
                _kappa(axes, x, agreement, *LOOKS[agreement.pair], label="" if place else name)
        _label(axes, levels)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize=8)
    return figure


def _label(axes: Axes, levels: Sequence[float]) -> None:
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
    axes.set(xlabel="crop level (light to heavy)", ylabel="error consistency (Cohen's kappa)")
    axes.set_title("bars: intervals; pale: possible range", loc="left", fontsize=8)


def _kappa(axes: Axes, place: float, agreement: Agreement, colour: str, marker: str, *, label: str) -> None:
    for low, high, alpha, width in (
        (agreement.bound_low, agreement.bound_high, 0.2, 7.0),
        (agreement.ci_low, agreement.ci_high, 1.0, 1.5),
    ):
        if low is not None and high is not None:
            axes.plot([place] * 2, [low, high], color=colour, alpha=alpha, linewidth=width)
    axes.plot(place, float(agreement.kappa or 0), color=colour, marker=marker, linestyle="none", label=label)
