"""`secondary`: all secondary analyses of a table."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from stats.agreement.error_consistency import RESAMPLES
from stats.commands.options import (
    add_chance,
    add_competence,
    add_guessing,
    add_human_gate,
    add_looks,
    add_outputs,
    add_tables,
    add_thresholds,
)
from stats.commands.output import write_json
from stats.commands.verdict import judge
from stats.decision.wording import rows_counted
from stats.report.blocks import Section
from stats.report.plain import to_text
from stats.table.columns.machine_columns import SPLIT
from stats.table.guessing import declared_rates
from stats.table.read import read_all

if TYPE_CHECKING:
    import pandas as pd

    from stats.secondary.material import Material


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    describe_material(parser)
    add_outputs(parser, figure=False)


def describe_material(parser: ArgumentParser) -> None:
    """Add the options of the verdict and of the secondary analyses."""
    add_tables(parser)
    add_thresholds(parser)
    add_competence(parser)
    add_human_gate(parser)
    add_looks(parser)
    add_guessing(parser)
    add_chance(parser, 10_000)


def run(args: Namespace) -> str:
    """Return all findings as text; an analysis that is not possible gives its reason."""
    from stats.secondary.every_analysis import secondary  # matplotlib only where figures are drawn

    material = material_of(args)
    findings = list(secondary(material))
    if args.json:
        write_json(args.json, {finding.name: finding.to_dict() for finding in findings})
    rows = Section("Rows", (rows_counted(material.outcome.sample),))
    return to_text([*(finding.section() for finding in findings), rows])


def material_of(args: Namespace) -> Material:
    """Read the tables and return what secondary analyses start from, the verdict among it."""
    from stats.secondary.material import Looks, Material

    trials = read_all(args.tables)
    predictions = read_all(args.predictions) if args.predictions else None
    return Material(
        trials,
        judge(trials, args),
        args.mode,
        predictions,
        Looks(args.looks, args.planned),
        resamples=args.resamples,
        consistency_resamples=args.resamples if args.resamples < RESAMPLES else None,
        seed=args.seed,
        chance=declared_rates(args.chance),
        machines=None if predictions is None else _of_test_photos(predictions),
    )


def _of_test_photos(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return the answers to test photos, as far as the table tells roles."""
    if SPLIT.name not in predictions:
        return predictions
    roles = predictions[SPLIT.name].astype(object)
    return predictions.loc[roles.isna() | (roles == "test")]
