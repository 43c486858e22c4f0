"""`verdict`: the primary analysis from a shell."""

from argparse import ArgumentParser, Namespace

from ..judgement import verdict
from ..read import read_all
from .output import write_json


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("tables", nargs="+", metavar="TRIALS.csv", help="tidy tables of trials")
    parser.add_argument("--floor", type=float, default=0.85, help="people must be above it (default .85)")
    parser.add_argument("--ceiling", type=float, default=0.75, help="machine must be below it (default .75)")
    parser.add_argument("--competence", type=float, default=0.80, help="attacker on uncropped photos (.80)")
    parser.add_argument("--alpha", type=float, default=0.05, help="family-wise error (default .05)")
    parser.add_argument("--mode", help="which people to analyse when the tables hold several modes")
    parser.add_argument("--json", metavar="OUT.json", help="write all numbers to this file")


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
    return answer.table()
