"""`curves`: psychometric curves, the continuous sweet spot and the paired gap per level."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import pandas as pd

from stats.apa import level_name, p_cell, share
from stats.commands.options import (
    add_chance,
    add_competence,
    add_guessing,
    add_outputs,
    add_tables,
    add_thresholds,
)
from stats.commands.output import rows_section, write_figure, write_json
from stats.psychophysics.sweet_region import SweetRegion, sweet_region
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.guessing import declared_rates
from stats.table.read import read_all

RISES_CAPTION = "How far accuracy rises above its best falling (isotonic) fit"


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    add_thresholds(parser)
    add_competence(parser)
    add_guessing(parser)
    add_chance(parser, 10_000)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return curves, crossings and gaps as text."""
    from stats.secondary.psychometric_curves import region_finding

    trials = read_all(args.tables)
    region = _region(trials, args)
    finding = region_finding(region)
    if args.json:
        write_json(args.json, region.to_dict())
    if args.figure:
        from stats.figures import curves_figure  # matplotlib only where figures are drawn

        write_figure(args.figure, curves_figure(region))
    return to_text([finding.section(), _details(region), rows_section(trials, args.mode)])


def _region(trials: pd.DataFrame, args: Namespace) -> SweetRegion:
    return sweet_region(
        trials,
        floor=args.floor,
        ceiling=args.ceiling,
        competence=args.competence,
        alpha=args.alpha,
        resamples=args.resamples,
        seed=args.seed,
        mode=args.mode,
        chance=declared_rates(args.chance),
    )


def _details(region: SweetRegion) -> Section:
    """Return what the report prints apart: the gap at each tested place, and rises of the accuracy."""
    from stats.secondary.gap import gap_table

    gaps = {level_name(round(x, 3)): gap for x, gap in zip(region.x, region.gaps, strict=True)}
    rises = [
        (name, share(curve.monotone.largest_rise), p_cell(curve.monotone.p))
        for name, curve in region.curves.items()
    ]
    tables = (gap_table(gaps, "Place"), Table.of(RISES_CAPTION, ("Observers", "Largest rise", "p"), rises))
    return Section("Gap and monotone fall", tables=tables)
