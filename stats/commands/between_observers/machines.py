"""`machines`: all machines of a table side by side, with kind of attack, costs, and whom they err with."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.commands.options import add_outputs
from stats.commands.output import write_figure, write_json
from stats.commands.secondary import describe_material, material_of
from stats.report.plain import to_text


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    describe_material(parser)
    add_outputs(parser, figure=True)
    parser.add_argument("--pairs-figure", metavar="OUT.svg", help="draw the kappas of all pairs to this file")


def run(args: Namespace) -> str:
    """Return accuracy, refusals, costs and kappas of every machine as text."""
    material = material_of(args)
    from stats.secondary.machines.compare_machines import compare_machines
    from stats.secondary.machines.side_by_side import comparison_finding

    comparison = compare_machines(material)
    finding = comparison_finding(comparison)
    if args.json:
        write_json(args.json, finding.to_dict())
    if args.figure or args.pairs_figure:
        from stats.figures import kappa_matrices, machines_figure  # matplotlib only where figures are drawn

        if args.figure:
            write_figure(args.figure, machines_figure(comparison))
        if args.pairs_figure:
            write_figure(args.pairs_figure, kappa_matrices(comparison))
    return to_text([finding.section()])
