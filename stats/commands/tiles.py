"""`tiles`: hits, false alarms, d' and solved grids per level, for the task of tile grids."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.apa import UNDEFINED, estimate, level_name, number, number_interval
from stats.commands.options import add_outputs
from stats.commands.output import write_json
from stats.psychophysics.hits_and_alarms import Rate, YesNo
from stats.psychophysics.tile_grids import TileLevel, tile_levels
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.read import read_all, read_tiles

CAPTION = "Shares and d' with their intervals (–: nothing was shown, or no interval exists)"
HEADER = ("Level", "Hits", "False alarms", "d'", "Grids solved", "People", "Grids", "Timeouts")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("tables", nargs="+", metavar="TILES.csv", help="tables of tiles, as exported")
    parser.add_argument("--mode", help="which people to analyse when the tables hold several modes")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return a table with one row per level."""
    levels = tile_levels(read_all(args.tables, read_tiles), alpha=args.alpha, mode=args.mode)
    if args.json:
        write_json(args.json, {"tiles": [level.to_dict() for level in levels]})
    return to_text([Section("Tile grids", tables=(Table.of(CAPTION, HEADER, map(_row, levels)),))])


def _row(level: TileLevel) -> tuple[str, ...]:
    return (
        level_name(level.crop_level),
        _share(level.hit),
        _share(level.false_alarm),
        _d_prime(level.sensitivity),
        _share(level.solved),
        str(level.solved.n_people),
        str(level.solved.n),
        str(level.timeouts),
    )


def _share(rate: Rate | None) -> str:
    return UNDEFINED if rate is None else estimate(rate.estimate, rate.ci_low, rate.ci_high)


def _d_prime(sensitivity: YesNo | None) -> str:
    if sensitivity is None:
        return UNDEFINED
    return f"{number(sensitivity.d_prime)} {number_interval(sensitivity.ci_low, sensitivity.ci_high)}"
