"""`consistency`: error consistency within and between people and machines, with confusion matrices."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

import pandas as pd

from stats.agreement.agreement_results import Consistency
from stats.agreement.error_consistency import LEAST_SHARED, error_consistency
from stats.commands.options import add_chance, add_outputs, add_tables
from stats.commands.output import rows_section, write_figure, write_json
from stats.psychophysics.confusion import Confusion, confusions
from stats.report.plain import to_text
from stats.table.read import read_all


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    parser.add_argument(
        "--least-shared",
        type=int,
        default=LEAST_SHARED,
        help=f"photos that a pair of observers must share to count (default {LEAST_SHARED})",
    )
    add_chance(parser, None)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return kappa per level and pair, and the confusion matrices where the table holds responses."""
    from stats.secondary.confusion_matrices import confusion_finding
    from stats.secondary.observer_agreement import agreement_finding

    trials = read_all(args.tables)
    consistency = _consistency(trials, args)
    matrices = confusions(trials, mode=args.mode, alpha=args.alpha) if "response" in trials else []
    _write(args, consistency, matrices)
    agreement = agreement_finding(consistency)
    findings = [agreement, confusion_finding(matrices)] if matrices else [agreement]
    sections = [finding.section() for finding in findings]
    return to_text([*sections, rows_section(trials, args.mode)])


def _consistency(trials: pd.DataFrame, args: Namespace) -> Consistency:
    return error_consistency(
        trials,
        least_shared=args.least_shared,
        alpha=args.alpha,
        resamples=args.resamples,
        seed=args.seed,
        mode=args.mode,
    )


def _write(args: Namespace, consistency: Consistency, matrices: Sequence[Confusion]) -> None:
    if args.json:
        confusion = [matrix.to_dict() for matrix in matrices]
        write_json(args.json, {"error_consistency": consistency.to_dict(), "confusion": confusion})
    if args.figure:
        from stats.figures import consistency_figure  # matplotlib only where figures are drawn

        write_figure(args.figure, consistency_figure(consistency.agreements))
