"""`consistency-power`: how many photos a difference of error consistency needs, by simulation."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING

from stats.apa import count, estimate, interval, share, signed, threshold
from stats.commands.options import add_outputs, at_least_one, listed_numbers
from stats.commands.output import write_json
from stats.report.blocks import Section, Table
from stats.report.plain import to_text

if TYPE_CHECKING:
    from stats.agreement.kappa_design import KappaDesign
    from stats.agreement.kappa_power import KappaPower, PhotosNeeded

HEADER = ("Photos", "Power", "Interval")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--human", type=float, required=True, help="assumed accuracy of people, as .85")
    parser.add_argument(
        "--machine",
        required=True,
        help="assumed accuracy of the machine, as .70; of two that are compared with each other, as .70,.75",
    )
    parser.add_argument(
        "--kappa",
        nargs=2,
        type=float,
        required=True,
        metavar=("A", "B"),
        help="one machine: kappa among people, and of people with the machine; two: of people with each",
    )
    parser.add_argument("--between-people", type=float, help="kappa among people, where two machines compare")
    parser.add_argument(
        "--between-networks", type=float, default=0.5, help="kappa among networks of a machine (.50)"
    )
    parser.add_argument("--people", type=int, required=True, help="number of people")
    parser.add_argument("--networks", type=int, default=1, help="networks of each machine (1)")
    parser.add_argument("--photos", default="50,100,200,400,800", help="numbers to try (50,100,200,400,800)")
    parser.add_argument("--goal", type=float, default=0.80, help="chance wanted (.80)")
    parser.add_argument(
        "--alpha", type=float, default=0.05, help="error rate; divide it by the number of differences (.05)"
    )
    parser.add_argument("--runs", type=at_least_one, default=400, help="simulated studies per number (400)")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return the power of every number of photos, and the fewest that are enough; progress goes to stderr."""
    plan = _planned(args)
    if args.json:
        write_json(args.json, plan.to_dict())
    rows = ((str(each.photos), share(each.power), interval(each.low, each.high)) for each in plan.powers)
    table = Table.of(f"Power to see the difference, {args.runs} runs each", HEADER, rows)
    return to_text(
        [Section("Photos for a difference of kappa", (_answer(plan), _assumed(plan)), tables=(table,))]
    )


def _planned(args: Namespace) -> PhotosNeeded:
    from stats.agreement.kappa_power import photos_needed  # integrals only where studies are simulated

    return photos_needed(
        _design(args),
        [int(each) for each in listed_numbers("--photos", args.photos)],
        goal=args.goal,
        alpha=args.alpha,
        runs=args.runs,
        seed=args.seed,
        on_progress=partial(print, file=sys.stderr, flush=True),
    )


def _design(args: Namespace) -> KappaDesign:
    from stats.agreement.kappa_design import KappaDesign

    return KappaDesign(
        human=args.human,
        machines=tuple(listed_numbers("--machine", args.machine)),
        kappas=tuple(args.kappa),
        people=args.people,
        networks=args.networks,
        between_people=args.between_people,
        between_networks=args.between_networks,
    )


def _answer(plan: PhotosNeeded) -> str:
    """Return how many photos to take, or what the largest power is where none are enough."""
    wanted = f"a power of {threshold(plan.goal)}"
    if plan.smallest is None:
        return (
            f"None of these numbers is shown to reach {wanted}: the largest power is {_power(plan.best)}. "
            "Try more photos, more people, or more runs."
        )
    fewest = f"{plan.smallest.photos} photos are the fewest of these shown to reach {wanted}"
    return f"{fewest}: {_power(plan.smallest)}."


def _power(power: KappaPower) -> str:
    return f"{estimate(power.power, power.low, power.high)} with {power.photos} photos"


def _assumed(plan: PhotosNeeded) -> str:
    design = plan.design
    compared = "people with the machine less people among themselves"
    if len(design.machines) > 1:
        compared = "people with the first machine less people with the second"
    networks = "one network" if design.networks == 1 else f"{design.networks} networks"
    among = "" if design.networks == 1 else f", {share(design.between_networks)} among networks of a machine"
    return (
        f"Assumed: {compared} differ by {signed(design.difference)}; kappa {share(design.among_people)} "
        f"among people, {_listed(design.with_machines)} of people with the machine{among}; accuracy "
        f"{share(design.human)} of people and {_listed(design.machines)} of the machine; "
        f"{count(design.people, 'person', 'people')} and {networks} of each machine, all of whom judge every "
        f"photo; two-sided test at {threshold(plan.alpha)}, as `consistency` tests. People are taken to be "
        "equally accurate: where they differ much, more people are needed, and photos do not make up for it."
    )


def _listed(shares: tuple[float, ...]) -> str:
    return ", ".join(map(share, shares))
