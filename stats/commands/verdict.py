"""`verdict`: the primary analysis from a shell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import pandas as pd

from stats.commands.options import (
    add_competence,
    add_guessing,
    add_human_gate,
    add_outputs,
    add_tables,
    add_thresholds,
)
from stats.commands.output import write_figure, write_json
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.from_counts import read_counts, verdict_from_counts
from stats.decision.primary_analysis import own_level_only, verdict
from stats.decision.results import Verdict
from stats.report.verdict_text import verdict_text
from stats.table.column import names_of
from stats.table.guessing import Guessing, declared_rates, guessing_of_both
from stats.table.read import read_all
from stats.table.schema import COUNTS
from stats.table.tidy import tidy


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument(
        "--counts",
        action="store_true",
        help=f"the tables hold counts: {', '.join(names_of(COUNTS))}; item_id if it is known",
    )
    add_thresholds(parser)
    add_competence(parser)
    add_human_gate(parser)
    add_guessing(parser)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return the verdict as text."""
    trials = None if args.counts else read_all(args.tables)
    answer = _from_counts(args) if trials is None else judge(trials, args)
    if args.json:
        write_json(args.json, answer.to_dict())
    if args.figure:
        from stats.figures import accuracy_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, accuracy_figure(answer, _guessing(trials, args)))
    return verdict_text(answer)


def _guessing(trials: pd.DataFrame | None, args: Namespace) -> dict[str, Guessing] | None:
    """Return the accuracy of guessing that the figure shows; None where counts leave it to the classes."""
    if trials is None:
        return None
    return guessing_of_both(own_level_only(tidy(trials, args.mode).primary), declared_rates(args.chance))


def _from_counts(args: Namespace) -> Verdict:
    gate = HumanGate(args.human_gate)
    criteria = Criteria(args.floor, args.ceiling, args.competence, args.alpha, gate, args.delta)
    return verdict_from_counts(read_counts(args.tables), criteria)


def judge(trials: pd.DataFrame, args: Namespace) -> Verdict:
    """Return the verdict on trials, by the thresholds and the gate that were given as options.

    Parameters
    ----------
    trials
        Tidy table of trials.
    args
        Parsed options of `add_tables`, `add_thresholds`, `add_competence` and `add_human_gate`.
    """
    return verdict(
        trials,
        floor=args.floor,
        ceiling=args.ceiling,
        competence=args.competence,
        alpha=args.alpha,
        human_gate=args.human_gate,
        loss_delta=args.delta,
        mode=args.mode,
    )
