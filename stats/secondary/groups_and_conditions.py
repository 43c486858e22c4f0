"""Groups of people and conditions beside the level, where the table has them."""

from __future__ import annotations

import pandas as pd

from stats.apa import (
    UNDEFINED,
    count,
    degrees_of_freedom,
    estimate,
    level_name,
    number,
    p_cell,
    percent,
    signed,
    signed_interval,
)
from stats.designs.factor_cells import declared_factors
from stats.designs.factor_results import CellAccuracy, Difference, EffectTest, FactorStudy
from stats.designs.factor_study import factor_study
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "groups", "Groups and conditions"
ESTIMAND = (
    "Every class weighs the same; intervals hold for new people of the group and new photos. The tests are "
    "about log odds: an effect with the level is that the difference of log odds is not the same at all "
    "levels. Secondary: the verdict is about all people and conditions together, and nothing here can "
    "change it."
)
CELLS_HEADER = ("Level", "Of", "Accuracy", "People", "Photos", "Trials")
TESTS_HEADER = ("Effect", "F", "df", "df of rest", "p", "Levels")
DIFFERENCES_HEADER = ("Level", "Difference", "At", "Accuracy", "Interval", "df")


def is_asked(trials: pd.DataFrame) -> bool:
    """Return whether a table tells groups of people or conditions apart."""
    return declared_factors(trials) != (None, None)


def find(material: Material) -> Finding:
    """Compare the groups and conditions of a table.

    Raises
    ------
    TableError
        When a person is in two groups, or a column has one value only.
    """
    group, condition = declared_factors(material.trials)
    alpha = material.criteria.alpha
    study = factor_study(material.trials, group=group, condition=condition, alpha=alpha, mode=material.mode)
    return factor_finding(study)


def factor_finding(study: FactorStudy) -> Finding:
    """Return a study of groups and conditions as it is printed.

    Parameters
    ----------
    study
        Result of `factor_study`.
    """
    sizes = [
        f"{name}: "
        + ", ".join(f"{value} {count(n, 'person', 'people')}" for value, n in values.items())
        + "."
        for name, values in study.n_people.items()
    ]
    left_out = [
        f"Level {level_name(level)} is in no test: {reason}." for level, reason in study.left_out.items()
    ]
    reasons = [f"No test of {test.effect}: {test.reason}." for test in study.tests if test.reason]
    intervals = f"{percent(study.alpha)} intervals"
    tables = (
        Table.of(f"Accuracy of people, with {intervals}", CELLS_HEADER, map(_cell, study.cells)),
        Table.of("Tests on the log odds of accuracy", TESTS_HEADER, map(_test, study.tests)),
        Table.of(
            f"Differences of accuracies, with {intervals}",
            DIFFERENCES_HEADER,
            map(_difference, study.differences),
        ),
    )
    return Finding(NAME, TITLE, (*sizes, ESTIMAND, *left_out, *reasons), tables, numbers=study.to_dict())


def _cell(cell: CellAccuracy) -> tuple[str, ...]:
    name = (level_name(cell.crop_level), ", ".join(cell.labels.values()))
    of = cell.accuracy
    if of is None:
        return (*name, *[UNDEFINED] * 4)
    sizes = (str(of.n_agents), str(of.n_items), str(of.n_trials))
    return (*name, estimate(of.estimate, of.ci_low, of.ci_high), *sizes)


def _test(test: EffectTest) -> tuple[str, ...]:
    df = UNDEFINED if test.df is None else str(test.df)
    levels = ", ".join(map(level_name, test.levels)) or UNDEFINED
    return (test.effect, number(test.f), df, degrees_of_freedom(test.df_rest), p_cell(test.p), levels)


def _difference(of: Difference) -> tuple[str, ...]:
    return (
        level_name(of.crop_level),
        f"{of.first} − {of.second}",
        ", ".join(of.within.values()) or UNDEFINED,
        signed(of.estimate),
        signed_interval(of.ci_low, of.ci_high),
        degrees_of_freedom(of.df),
    )
