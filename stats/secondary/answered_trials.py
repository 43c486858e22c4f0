"""Which answers count? People's accuracy in answered trials only, and with nobody excluded."""

from __future__ import annotations

from stats.apa import interval, p_cell, share
from stats.decision.results import Compared
from stats.inference.accuracy import Accuracy
from stats.report.blocks import Table
from stats.report.finding import Finding, Material

NAME, TITLE = "counted", "Answered trials only, and nobody excluded"
FIGURES = {"primary": "primary", "human_answered_only": "answered only", "human_all_in": "nobody excluded"}


def find(material: Material) -> Finding:
    """Set the figures that other rules would give beside the primary ones."""
    levels = material.outcome.levels
    values = {f"{level.crop_level:g}": {name: one.to_dict() for name, one in _all(level)} for level in levels}
    rows = [_row(level, name, one) for level in levels for name, one in _all(level)]
    said = (
        "The primary analysis counts a trial without an answer as wrong and leaves out what the frozen rules "
        "exclude. Below, the accuracy of people when only answered trials count, and when nobody is excluded."
        if any(level.beside for level in levels)
        else "Every trial was answered and nothing was excluded: other rules would give the same figures."
    )
    caption = "People's accuracy by rule, with its interval and one-sided p against the floor"
    table = Table.of(caption, ("Level", "Rule", "Accuracy", "Interval", "p", "Trials"), rows)
    return Finding(NAME, TITLE, (said,), (table,), numbers=values)


def _all(level: Compared) -> list[tuple[str, Accuracy]]:
    primary = {"primary": level.human} if level.human else {}
    return list((primary | level.beside).items())


def _row(level: Compared, name: str, one: Accuracy) -> tuple[str, ...]:
    span = interval(one.ci_low, one.ci_high)
    return (
        f"{level.crop_level:g}", FIGURES[name], share(one.estimate), span, p_cell(one.p), str(one.n_trials),
    )  # fmt: skip
