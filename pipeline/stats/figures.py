"""Figures of the report: honest axes, intervals everywhere, readable without colour, ready for SVG.

Only this module knows matplotlib. Every function returns a `Figure` that belongs to no window, so that a web
process can draw many at once; `svg` turns one into text.
"""

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .accuracy import Accuracy
from .agreement import Agreement
from .calibration import Rate
from .confusion import Confusion
from .continuous import Curve, Place, SweetRegion
from .matrix import AttackMatrix
from .power import Power
from .results import Compared, Verdict

CLIP_ID = re.compile(r"\bp[0-9a-f]{10}\b")

# Okabe & Ito (2008): tells apart under every common colour blindness; markers and dashes say it again.
PEOPLE, MACHINE, SWEET = "#0072B2", "#D55E00", "#009E73"
LEVEL_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # text stays text: searchable, small, read by screen readers
    "svg.hashsalt": "sweetspot",  # the same numbers give the same bytes
}


def svg(figure: Figure) -> str:
    """Return the figure as SVG text; equal figures are equal files (no date, no ids from memory)."""
    buffer = StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    names: dict[str, str] = {}
    return CLIP_ID.sub(lambda found: names.setdefault(found[0], f"clip{len(names)}"), buffer.getvalue())


def accuracy_figure(verdict: Verdict) -> Figure:
    """Draw accuracy of people and machine by crop level with intervals, floor, ceiling and sweet levels.

    Parameters
    ----------
    verdict
        Result of the primary analysis.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        _mark_sweet(axes, verdict)
        _observer(axes, verdict.levels, "human", PEOPLE, "o", -0.06)
        _observer(axes, verdict.levels, "machine", MACHINE, "s", 0.06)
        _thresholds(axes, verdict)
        _label(axes, verdict)
    return figure


def _observer(
    axes: Axes, levels: Sequence[Compared], kind: str, colour: str, marker: str, shift: float
) -> None:
    """Draw one kind of observer; a level it never saw leaves a gap in the line."""
    seen = [(place + shift, getattr(level, kind)) for place, level in enumerate(levels)]
    runs = _without_gaps([(place, observer) for place, observer in seen])
    name = "people" if kind == "human" else "machine"
    for number, run in enumerate(runs):
        places, observers = zip(*run, strict=True)
        estimates = [observer.estimate for observer in observers]
        arms = [
            [observer.estimate - observer.ci_low for observer in observers],
            [observer.ci_high - observer.estimate for observer in observers],
        ]
        axes.errorbar(
            places, estimates, yerr=arms, color=colour, marker=marker, capsize=3, label=_once(name, number)
        )


def _once(name: str, number: int) -> str | None:
    return name if number == 0 else None


def _without_gaps(seen: Sequence[tuple[float, Accuracy | None]]) -> list[list[tuple[float, Accuracy]]]:
    runs: list[list[tuple[float, Accuracy]]] = [[]]
    for place, observer in seen:
        if observer is None:
            runs.append([])
        else:
            runs[-1].append((place, observer))
    return [run for run in runs if run]


def _thresholds(axes: Axes, verdict: Verdict) -> None:
    floor, ceiling = verdict.criteria.floor, verdict.criteria.ceiling
    axes.axhline(floor, color=PEOPLE, linestyle="--", linewidth=1, label=f"floor for people {floor:g}")
    chance = 1 / len(verdict.per_class)
    axes.axhline(chance, color="0.6", linestyle="-", linewidth=0.8, label=f"guessing {chance:.2f}")
    axes.axhline(
        ceiling, color=MACHINE, linestyle=":", linewidth=1.4, label=f"ceiling for machine {ceiling:g}"
    )


def _mark_sweet(axes: Axes, verdict: Verdict) -> None:
    label: str | None = "sweet spot (supported)"
    for place, level in enumerate(verdict.levels):
        if level.crop_level in verdict.sweet_levels:
            axes.axvspan(place - 0.4, place + 0.4, color=SWEET, alpha=0.18, linewidth=0, label=label)
            label = None


def _label(axes: Axes, verdict: Verdict) -> None:
    axes.set_ylim(0, 1.02)
    axes.set_xlim(-0.5, len(verdict.levels) - 0.5)
    axes.set_xticks(range(len(verdict.levels)), [f"{level.crop_level:g}" for level in verdict.levels])
    axes.set_xlabel("crop level (light to heavy)")
    axes.set_ylabel(f"accuracy, classes weighing the same\n({1 - verdict.criteria.alpha:.0%} intervals)")
    axes.set_title(_title(verdict), loc="left", fontsize=9)
    axes.legend(loc="lower left", frameon=False, fontsize=8)


def _title(verdict: Verdict) -> str:
    if not verdict.assay.passed:
        return "No verdict: attacker not competent"
    levels = ", ".join(f"{level:g}" for level in verdict.sweet_levels)
    return f"Sweet spot supported at level {levels}" if levels else "No sweet spot shown"


def curves_figure(region: SweetRegion) -> Figure:
    """Draw both psychometric curves with their bands, the crossings and the certified region.

    Parameters
    ----------
    region
        Result of `sweet_region`.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        if region.certified:
            axes.axvspan(*region.certified, color=SWEET, alpha=0.18, linewidth=0, label="certified region")
        _curve(axes, region, region.human, "people", PEOPLE, "o", "-")
        _curve(axes, region, region.machine, "machine", MACHINE, "s", "--")
        _crossing(axes, region.x_human, region.criteria.floor, "people cross the floor", PEOPLE)
        _crossing(axes, region.x_machine, region.criteria.ceiling, "machine crosses the ceiling", MACHINE)
        axes.set_ylim(0, 1.02)
        named = {"crop_fraction": "share of the photo cut away", "crop_level": "crop level (light to heavy)"}
        axes.set_xlabel(named[region.axis])
        axes.set_ylabel(f"accuracy ({1 - region.criteria.alpha:.0%} bands)")
        axes.legend(loc="lower left", frameon=False, fontsize=8)
    return figure


def _curve(
    axes: Axes, region: SweetRegion, curve: Curve, name: str, colour: str, marker: str, dashes: str
) -> None:
    axes.fill_between(region.grid, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(region.grid, curve.fitted, color=colour, linestyle=dashes, label=name)
    seen = [(x, value) for x, value in zip(region.x, curve.observed, strict=True) if value is not None]
    axes.plot(*zip(*seen, strict=True), color=colour, marker=marker, linestyle="none")


def _crossing(axes: Axes, place: Place, height: float, label: str, colour: str) -> None:
    """Draw a crossing; an interval that leaves the tested range ends in the frame of the figure."""
    left, right = axes.get_xlim()
    low, high = (
        bound if bound is not None else edge
        for bound, edge in zip((place.ci_low, place.ci_high), (left, right), strict=True)
    )
    axes.plot(
        [low, high], [height, height], color=colour, linewidth=3, alpha=0.6, label=f"{label} ({height:g})"
    )
    if place.estimate is not None:
        axes.plot(place.estimate, height, color=colour, marker="D", markersize=5, markeredgecolor="white")


def matrix_figure(matrix: AttackMatrix) -> Figure:
    """Draw the attack matrix; the diagonal is the adaptive attack, left of it and below is transfer.

    Parameters
    ----------
    matrix
        Result of `attack_matrix`.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(
            figsize=(1.6 + 0.9 * len(matrix.tested), 1.2 + 0.7 * len(matrix.trained)), layout="constrained"
        )
        axes = figure.subplots()
        values = [[cell.estimate if cell else float("nan") for cell in row] for row in matrix.cells]
        words = [
            [f"{cell.estimate:.2f}\n{cell.ci_low:.2f}-{cell.ci_high:.2f}" if cell else "" for cell in row]
            for row in matrix.cells
        ]
        _heat(figure, axes, values, words, "accuracy of the attacker (intervals below)")
        axes.set_xticks(range(len(matrix.tested)), [f"{level:g}" for level in matrix.tested])
        axes.set_yticks(range(len(matrix.trained)), [f"{level:g}" for level in matrix.trained])
        axes.set_xlabel("tested at level")
        axes.set_ylabel("trained through level")
    return figure


def confusion_figure(confusion: Confusion) -> Figure:
    """Draw the answers given to each class, as shares of the class.

    Parameters
    ----------
    confusion
        One of the results of `confusions`.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(
            figsize=(2.4 + 0.7 * len(confusion.responses), 1.4 + 0.6 * len(confusion.categories)),
            layout="constrained",
        )
        axes = figure.subplots()
        shares = [[float("nan") if share is None else share for share in row] for row in confusion.shares()]
        words = [[str(count) for count in row] for row in confusion.counts]
        _heat(figure, axes, shares, words, "share of the class (counts in the cells)")
        axes.set_xticks(range(len(confusion.responses)), list(confusion.responses), rotation=45, ha="right")
        axes.set_yticks(range(len(confusion.categories)), list(confusion.categories))
        axes.set_xlabel("answer")
        axes.set_ylabel("true class")
        who = "people" if confusion.agent_type == "human" else "machine"
        axes.set_title(f"{who}, level {confusion.crop_level:g}", loc="left", fontsize=9)
    return figure


def _heat(
    figure: Figure, axes: Axes, values: Sequence[Sequence[float]], words: Sequence[Sequence[str]], label: str
) -> None:
    """Draw a heat map from white to dark with readable words in every cell."""
    image = axes.imshow(values, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, line in enumerate(words):
        for column, word in enumerate(line):
            ink = "white" if values[row][column] > 0.6 else "black"
            axes.text(column, row, word, ha="center", va="center", color=ink, fontsize=7)
    figure.colorbar(image, ax=axes, label=label)


def consistency_figure(agreements: Sequence[Agreement]) -> Figure:
    """Draw kappa by level and pair of observers, over the range that the accuracies leave possible.

    Parameters
    ----------
    agreements
        Result of `error_consistency`; undefined values are left out.
    """
    looks = {"human-human": (PEOPLE, "o"), "human-machine": (SWEET, "D"), "machine-machine": (MACHINE, "s")}
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        levels = sorted({found.crop_level for found in agreements})
        for shift, (pair, (colour, marker)) in zip((-0.15, 0.0, 0.15), looks.items(), strict=True):
            label: str | None = pair
            for found in agreements:
                if found.pair == pair and found.kappa is not None and found.ci_low is not None:
                    _kappa(axes, levels.index(found.crop_level) + shift, found, colour, marker, label)
                    label = None
        axes.axhline(0, color="0.6", linewidth=0.8)
        axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
        axes.set_xlabel("crop level (light to heavy)")
        axes.set_ylabel("error consistency (Cohen's kappa)")
        axes.set_title("bars: intervals; pale: possible range", loc="left", fontsize=8)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize=8)
    return figure


def _kappa(axes: Axes, place: float, found: Agreement, colour: str, marker: str, label: str | None) -> None:
    for ends, alpha, width in (
        ((found.bound_low, found.bound_high), 0.2, 7.0),
        ((found.ci_low, found.ci_high), 1.0, 1.5),
    ):
        axes.plot([place] * 2, [float(end or 0) for end in ends], color=colour, alpha=alpha, linewidth=width)
    axes.plot(place, float(found.kappa or 0), color=colour, marker=marker, linestyle="none", label=label)


def power_figure(sizes: Sequence[Power]) -> Figure:
    """Draw the chance of supporting each level by number of people.

    Parameters
    ----------
    sizes
        Result of `power`.
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
    """Draw simulated rates with their intervals over the ranges that the method page promises.

    Parameters
    ----------
    rates
        Results of `calibration.calibrate`.
    runs
        Simulated studies per scenario.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 0.5 + 0.42 * len(rates)), layout="constrained")
        axes = figure.subplots()
        for place, found in enumerate(reversed(rates)):
            axes.barh(place, found.goal_high - found.goal_low, left=found.goal_low, color="0.88", height=0.7)
            arms = [[found.rate - found.low], [found.high - found.rate]]
            axes.errorbar(found.rate, place, xerr=arms, color=PEOPLE, marker="o", markersize=4, capsize=3)
        axes.set_yticks(range(len(rates)), [found.name for found in reversed(rates)], fontsize=7)
        axes.set_xlim(0, 1)
        axes.set_xlabel(f"share of {runs} simulated studies (95 % interval); grey: promised range")
    return figure
