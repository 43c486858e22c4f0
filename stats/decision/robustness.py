"""Figures read beside the primary one: answered trials only, and the excluded rows back in."""

from __future__ import annotations

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.level_tests import Judge
from stats.inference.accuracy import Accuracy
from stats.table.arrays import encode


def beside(
    everyone: pd.DataFrame, counted: pd.DataFrame, criteria: Criteria
) -> dict[float, dict[str, Accuracy]]:
    """Return, per level, people's accuracy in answered trials only and with excluded rows included.

    A figure appears only where it differs in its rows from the primary one.

    Parameters
    ----------
    everyone
        All test trials, excluded ones included.
    counted
        The trials of the primary analysis.
    criteria
        Thresholds of the study.
    """
    figures: dict[float, dict[str, Accuracy]] = {}
    if not counted["answered"].all():
        _add(figures, "human_answered_only", counted.loc[counted["answered"]], criteria)
    if len(everyone) > len(counted):
        _add(figures, "human_all_in", everyone, criteria)
    return figures


def _add(
    figures: dict[float, dict[str, Accuracy]], name: str, rows: pd.DataFrame, criteria: Criteria
) -> None:
    coded = encode(rows.loc[rows["human"]])
    judge = Judge(criteria, coded.categories)
    for level, people, _ in coded.pairs():
        figure = judge.human(people)
        if figure:
            figures.setdefault(level, {})[name] = figure
