"""Accuracy by crop level: the figure of the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stats.apa import percent, sentence, share, threshold
from stats.decision.criteria import HumanGate
from stats.decision.records import LevelResult
from stats.decision.results import Verdict
from stats.figures.style import MACHINE, PEOPLE, SWEET, panel
from stats.inference.estimates import Accuracy
from stats.table.guessing import Guessing, among

TITLE_WIDTH = 90  # characters of a line


def accuracy_figure(verdict: Verdict, guessing: Mapping[str, Guessing] | None = None) -> Figure:
    """Draw the accuracy of people and machine by crop level, with intervals, thresholds and sweet levels.

    Parameters
    ----------
    guessing
        Accuracy of guessing of people and machine; by default one of as many answers as classes.

    Returns
    -------
    One panel: accuracy in [0, 1] against the levels, light to heavy.
    """
    with panel(6.4, 4.0) as (figure, axes):
        _mark_sweet(axes, verdict)
        people = "people (simulated)" if verdict.sample.mode == "simulated" else "people"
        _observer(axes, verdict.levels, "human", people, PEOPLE, "o", -0.06)
        _observer(axes, verdict.levels, "machine", "machine", MACHINE, "s", 0.06)
        _thresholds(axes, verdict)
        _guessing(axes, guessing or {"": among(len(verdict.per_class))})
        _label(axes, verdict)
    return figure


def _observer(
    axes: Axes, levels: Sequence[LevelResult], kind: str, name: str, colour: str, marker: str, shift: float
) -> None:
    """Draw one kind of observer; a level without its trials leaves a gap in the line."""
    points = [(place + shift, getattr(level, kind)) for place, level in enumerate(levels)]
    label: str | None = name
    for run in _without_gaps(points):
        places, observers = zip(*run, strict=True)
        estimates = [observer.estimate for observer in observers]
        arms = [
            [observer.estimate - observer.ci_low for observer in observers],
            [observer.ci_high - observer.estimate for observer in observers],
        ]
        axes.errorbar(places, estimates, yerr=arms, color=colour, marker=marker, capsize=3, label=label)
        label = None


def _without_gaps(points: Sequence[tuple[float, Accuracy | None]]) -> list[list[tuple[float, Accuracy]]]:
    runs: list[list[tuple[float, Accuracy]]] = [[]]
    for place, observer in points:
        if observer is None:
            runs.append([])
        else:
            runs[-1].append((place, observer))
    return [run for run in runs if run]


def _thresholds(axes: Axes, verdict: Verdict) -> None:
    floor, ceiling = verdict.criteria.floor, verdict.criteria.ceiling
    if verdict.criteria.human_gate is HumanGate.FLOOR:  # a loss is measured from people's own level 0
        axes.axhline(
            floor, color=PEOPLE, linestyle="--", linewidth=1, label=f"floor for people {threshold(floor)}"
        )
    label = f"ceiling for machine {threshold(ceiling)}"
    axes.axhline(ceiling, color=MACHINE, linestyle=":", linewidth=1.4, label=label)


def _guessing(axes: Axes, guessing: Mapping[str, Guessing]) -> None:
    """Draw what guessing gives, once where it is the same for all."""
    rates = {of.rate: name for name, of in guessing.items()}
    for rate, name in rates.items():
        whose = f" of {name}" if len(rates) > 1 else ""
        if rate < 1:
            label = f"guessing{whose} {share(rate, 2)}"
            axes.axhline(rate, color="0.6", linestyle="-", linewidth=0.8, label=label)


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
    axes.set_ylabel(f"accuracy, classes weighing the same\n({percent(verdict.criteria.alpha)} intervals)")
    title = fill(sentence(verdict.headline()), TITLE_WIDTH)
    axes.set_title(title, loc="left", fontsize=9)
    axes.legend(loc="lower left", frameon=False, fontsize=8)
