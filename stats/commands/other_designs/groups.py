"""`groups`: people's accuracy by groups and conditions, and whether their differences depend on the level."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

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
from stats.commands.options import add_outputs, add_tables
from stats.commands.output import rows_section, write_json
from stats.designs.factor_results import CellAccuracy, Difference, EffectTest, FactorStudy
from stats.designs.factor_study import factor_study
from stats.errors import InputError
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.design_columns import CONDITION, GROUP
from stats.table.read import read_all, read_trials

ESTIMAND = (
    "Every class weighs the same; intervals hold for new people of the group and new photos. The tests are "
    "about log odds: an effect with the level is that the difference of log odds is not the same at all "
    "levels. Secondary: the verdict is about all people and conditions together, and nothing here can "
    "change it."
)
CELLS_HEADER = ("Level", "Of", "Accuracy", "People", "Photos", "Trials")
TESTS_HEADER = ("Effect", "F", "df", "df of rest", "p", "Levels")
DIFFERENCES_HEADER = ("Level", "Difference", "At", "Accuracy", "Interval", "df")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument(
        "--group",
        metavar="COLUMN",
        help=f"column with a person's group (default {GROUP.name}, if it is there)",
    )
    parser.add_argument(
        "--condition",
        metavar="COLUMN",
        help=f"column with a trial's condition beside the level (default {CONDITION.name}, if it is there)",
    )
    parser.add_argument(
        "--cut", metavar="A,B", help="cut points that make groups of a number, as 30,60 of age"
    )
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return accuracies, differences and tests as text."""
    asked = [name for name in (args.group, args.condition) if name]
    trials = read_all(args.tables, partial(read_trials, also=asked))
    group, condition = args.group, args.condition
    if not asked:
        group, condition = (column.name if column.name in trials else None for column in (GROUP, CONDITION))
    study = factor_study(
        trials, group=group, condition=condition, cuts=_cuts(args.cut), alpha=args.alpha, mode=args.mode
    )
    if args.json:
        write_json(args.json, study.to_dict())
    return to_text([study_section(study), rows_section(trials, args.mode)])


def _cuts(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(map(float, text.split(","))) if text else ()
    except ValueError:
        raise InputError(f"--cut {text}: give numbers, as in 30,60") from None


def study_section(study: FactorStudy) -> Section:
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
    return Section("Groups and conditions", (*sizes, ESTIMAND, *left_out, *reasons), tables)


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
