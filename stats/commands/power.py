"""`power`: how many people a study needs, by simulation."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stats.apa import estimate, share
from stats.commands.options import add_competence, add_outputs, add_thresholds
from stats.commands.output import write_figure, write_json
from stats.decision.criteria import Criteria
from stats.errors import CriteriaError
from stats.report.blocks import Section, Table
from stats.report.plain import to_text

if TYPE_CHECKING:
    from stats.planning.power_analysis import Power


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--human", required=True, help="assumed accuracy of people per level, as .97,.95,.92")
    parser.add_argument("--machine", required=True, help="assumed accuracy of the machine per level")
    parser.add_argument("--people", required=True, help="numbers of people to try, as 10,20,40")
    parser.add_argument("--photos", type=int, default=300, help="test photos (300)")
    parser.add_argument("--seeds", type=int, default=5, help="training seeds per level (5)")
    parser.add_argument("--trials-per-person", type=int, help="default: every photo once")
    parser.add_argument("--classes", type=int, default=3, help="number of classes (3)")
    parser.add_argument("--person-sd", type=float, default=0.6, help="spread of people, logits (.6)")
    parser.add_argument("--photo-sd", type=float, default=1.0, help="spread of photos, logits (1.0)")
    parser.add_argument("--seed-sd", type=float, default=0.3, help="spread of training seeds, logits (.3)")
    parser.add_argument("--runs", type=int, default=400, help="simulated studies per size (400)")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    add_thresholds(parser)
    add_competence(parser)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return the chance of supporting each level, per number of people."""
    from stats.planning.power_analysis import Design, power  # optimisers only where studies are simulated
    from stats.planning.simulated_studies import Spread

    design = Design(
        tuple(_numbers(args.human)),
        tuple(_numbers(args.machine)),
        args.photos,
        args.seeds,
        args.trials_per_person,
        args.classes,
        Spread(args.person_sd, args.photo_sd),
        Spread(args.seed_sd, args.photo_sd),
    )
    criteria = Criteria(args.floor, args.ceiling, args.competence, args.alpha)
    people = [int(number) for number in _numbers(args.people)]
    sizes = power(design, people, criteria=criteria, runs=args.runs, seed=args.seed)
    if args.json:
        write_json(args.json, {"power": [size.to_dict() for size in sizes]})
    if args.figure:
        from stats.figures import power_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, power_figure(sizes))
    return to_text([Section("Power", tables=(_table(sizes, args.runs),))])


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise CriteriaError(f"{text!r} is not a list of numbers such as .97,.95") from None


def _table(sizes: Sequence[Power], runs: int) -> Table:
    caption = f"Chance that a level is supported, with its 95 % interval from {runs} simulated studies"
    header = ("People", "Any level", *(f"Level {place}" for place in range(len(sizes[0].per_level))))
    rows = [
        (
            str(size.people),
            share(size.any_level, 2),
            *(estimate(*level, digits=2) for level in zip(size.per_level, size.low, size.high, strict=True)),
        )
        for size in sizes
    ]
    return Table.of(caption, header, rows)
