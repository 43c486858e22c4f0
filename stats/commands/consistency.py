"""`consistency`: error consistency within and between people and machines, with confusion matrices."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.commands.options import add_chance, add_outputs, add_tables
from stats.commands.output import write_figure, write_json
from stats.psychophysics.confusion import Confusion, confusions
from stats.psychophysics.error_consistency import Agreement, error_consistency
from stats.table.read import read_all


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_chance(parser, 1000)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return kappa per level and pair, then the confusions when the table tells the responses."""
    trials = read_all(args.tables)
    agreements = error_consistency(
        trials, alpha=args.alpha, resamples=args.resamples, seed=args.seed, mode=args.mode
    )
    tables = confusions(trials, mode=args.mode, alpha=args.alpha) if "response" in trials else []
    if args.json:
        values = {
            "error_consistency": [found.to_dict() for found in agreements],
            "confusion": [table.to_dict() for table in tables],
        }
        write_json(args.json, values)
    if args.figure:
        from stats.figures import consistency_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, consistency_figure(agreements))
    return "\n".join(
        [*(_line(found) for found in agreements), *(line for table in tables for line in _lines(table))]
    )


def _line(found: Agreement) -> str:
    place = f"level {found.crop_level:g}, {found.pair}: "
    size = f"{found.n_pairs} pairs x {found.n_items} photos"
    if found.kappa is None:
        return f"{place}{found.reason} ({size})"
    undefined = f"; {found.n_undefined} pairs undefined" if found.n_undefined else ""
    return (
        f"{place}kappa {found.kappa:+.3f} {_span(found)}, possible "
        f"{found.bound_low:+.3f} to {found.bound_high:+.3f} ({size}{undefined})"
    )


def _span(found: Agreement) -> str:
    if found.ci_low is None:
        return f"(no interval: {found.reason})"
    return f"[{found.ci_low:+.3f}, {found.ci_high:+.3f}]"


def _lines(table: Confusion) -> list[str]:
    width = max(len(name) for name in (*table.categories, *table.responses)) + 2
    head = "".join(name.rjust(width) for name in ("", *table.responses))
    rows = [
        name.rjust(width) + "".join(str(count).rjust(width) for count in counts)
        for name, counts in zip(table.categories, table.counts, strict=True)
    ]
    return [
        "",
        f"Answers at level {table.crop_level:g} by {table.agent_type} (rows: true class)",
        head,
        *rows,
    ]
