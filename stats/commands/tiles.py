"""`tiles`: the tile-grid task: hits, false alarms, d' and solved grids per level."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.commands.options import add_outputs
from stats.commands.output import write_json
from stats.psychophysics.tile_grids import Rate, TileLevel, YesNo, tile_levels
from stats.table.read import read_all, read_tiles

HEADER = ("level", "hits", "false alarms", "d'", "grids solved", "people", "grids", "timeouts")
WIDTHS = (7, 20, 20, 22, 20, 8, 7, 9)


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("tables", nargs="+", metavar="TILES.csv", help="tables of tiles, as exported")
    parser.add_argument("--mode", help="which people to analyse when the tables hold several modes")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return one line per level."""
    levels = tile_levels(read_all(args.tables, read_tiles), alpha=args.alpha, mode=args.mode)
    if args.json:
        write_json(args.json, {"tiles": [level.to_dict() for level in levels]})
    return "\n".join([_aligned(HEADER), *(_aligned(_cells(level)) for level in levels)])


def _cells(level: TileLevel) -> tuple[str, ...]:
    rates = (_percent(level.hit), _percent(level.false_alarm), _d_prime(level.sensitivity))
    size = (str(level.solved.n_people), str(level.solved.n), str(level.timeouts))
    return (f"{level.crop_level:g}", *rates, _percent(level.solved), *size)


def _percent(rate: Rate | None) -> str:
    if rate is None:
        return "none shown"
    return f"{100 * rate.estimate:.1f} [{100 * rate.ci_low:.1f}, {100 * rate.ci_high:.1f}] %"


def _d_prime(found: YesNo | None) -> str:
    if found is None:
        return "none shown"
    if found.ci_low is None or found.ci_high is None:
        return f"{found.d_prime:.2f} (no interval)"
    return f"{found.d_prime:.2f} [{found.ci_low:.2f}, {found.ci_high:.2f}]"


def _aligned(cells: tuple[str, ...]) -> str:
    return "  ".join(cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True))
