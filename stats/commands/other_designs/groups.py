"""`groups`: people's accuracy by groups and conditions, and whether their differences depend on the level."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

from stats.commands.options import add_outputs, add_tables
from stats.commands.output import rows_section, write_json
from stats.designs.factor_cells import declared_factors
from stats.designs.factor_study import factor_study
from stats.errors import InputError
from stats.report.plain import to_text
from stats.secondary.groups_and_conditions import factor_finding
from stats.table.design_columns import CONDITION, GROUP
from stats.table.read import read_all, read_trials


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
    group, condition = (args.group, args.condition) if asked else declared_factors(trials)
    study = factor_study(
        trials, group=group, condition=condition, cuts=_cuts(args.cut), alpha=args.alpha, mode=args.mode
    )
    if args.json:
        write_json(args.json, study.to_dict())
    return to_text([factor_finding(study).section(), rows_section(trials, args.mode)])


def _cuts(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(map(float, text.split(","))) if text else ()
    except ValueError:
        raise InputError(f"--cut {text}: give numbers, as in 30,60") from None
