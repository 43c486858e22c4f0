"""`secondary`: every secondary analysis of a table, beside its verdict."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from stats.commands.options import (
    add_chance,
    add_competence,
    add_human_gate,
    add_looks,
    add_outputs,
    add_tables,
    add_thresholds,
)
from stats.commands.output import write_json
from stats.decision.primary_analysis import verdict
from stats.report.plain import to_text
from stats.table.read import read_all

if TYPE_CHECKING:
    from stats.secondary import Material


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    describe_material(parser)
    add_outputs(parser, figure=False)


def describe_material(parser: ArgumentParser) -> None:
    """Add the options of everything that is analysed beside the verdict."""
    add_tables(parser)
    add_thresholds(parser)
    add_competence(parser)
    add_human_gate(parser)
    add_looks(parser)
    add_chance(parser, 10_000)


def run(args: Namespace) -> str:
    """Return all findings as text; one that is not possible is told as its reason."""
    from stats.secondary import secondary  # matplotlib only where figures are drawn

    findings = list(secondary(material_of(args)))
    if args.json:
        write_json(args.json, {finding.name: finding.to_dict() for finding in findings})
    return to_text(finding.section() for finding in findings)


def material_of(args: Namespace) -> Material:
    """Read the tables and judge them."""
    from stats.secondary import Looks, Material

    trials = read_all(args.tables)
    outcome = verdict(
        trials,
        floor=args.floor,
        ceiling=args.ceiling,
        competence=args.competence,
        alpha=args.alpha,
        human_gate=args.human_gate,
        loss_delta=args.delta,
        mode=args.mode,
    )
    predictions = read_all(args.predictions) if args.predictions else None
    looks = Looks(args.looks, args.planned)
    return Material(
        trials,
        outcome,
        args.mode,
        predictions,
        looks,
        args.resamples,
        min(args.resamples, 1000),
        args.seed,
    )
