"""`verdict`: the primary analysis from a shell."""

from argparse import ArgumentParser, Namespace

from ..judgement import verdict
from ..read import read_all
from .options import add_competence, add_outputs, add_tables, add_thresholds
from .output import write_figure, write_json


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    add_thresholds(parser)
    add_competence(parser)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return the printed table and the verdict in words."""
    answer = verdict(
        read_all(args.tables),
        floor=args.floor,
        ceiling=args.ceiling,
        competence=args.competence,
        alpha=args.alpha,
        mode=args.mode,
    )
    if args.json:
        write_json(args.json, answer.to_dict())
    if args.figure:
        from ..figures import accuracy_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, accuracy_figure(answer))
    return answer.table()
