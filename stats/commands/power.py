"""`power`: how many people, photos and networks a study needs, by simulation."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING

from stats.apa import count, share
from stats.commands.options import add_competence, add_outputs, add_thresholds, listed_numbers
from stats.commands.output import write_figure, write_json
from stats.decision.criteria import Criteria
from stats.errors import CriteriaError
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.read import read_all

if TYPE_CHECKING:
    from stats.planning.other_studies.task_scales import Asked
    from stats.planning.pilot_guess import PilotGuess
    from stats.planning.power_analysis import Design
    from stats.planning.simulated_studies import Spread
    from stats.planning.study_sizes import Recommendation

PERSON_SD, PHOTO_SD, NETWORK_SD = 0.6, 1.0, 0.3  # logits; where neither an option nor a pilot tells
FEW = 10  # people or networks of a pilot, below which their spread is little known
TASKS = ("classes", "yes_no", "two_photos", "same_different")  # as `Asked` names them
SIZES = ("people", "photos", "seeds")
HEADER = ("People", "Photos", "Networks", "Answers")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--human", help="assumed accuracy of people per level, as .97,.95,.92")
    parser.add_argument("--machine", help="assumed accuracy of the machine per level")
    parser.add_argument("--human-d", help="the same as d' per level: what it is worth depends on the task")
    parser.add_argument("--machine-d", help="d' of the machine per level")
    parser.add_argument(
        "--task",
        choices=TASKS,
        default=TASKS[0],
        help="what is asked: a button for each class, yes or no, which of two photos, same or different; of "
        "two photos at once each person sees pairs, half as many as photos (classes)",
    )
    parser.add_argument(
        "--pilot",
        nargs="+",
        metavar="TRIALS.csv",
        help="a pilot's tables: accuracies and spreads that no option gives are taken from them",
    )
    parser.add_argument("--mode", help="which people of the pilot to use when it holds several modes")
    parser.add_argument("--people", required=True, help="numbers of people to try, as 10,20,40")
    parser.add_argument("--photos", default="300", help="numbers of test photos to try (300)")
    parser.add_argument("--seeds", default="5", help="numbers of networks per level to try (5)")
    parser.add_argument("--goal", type=float, default=0.80, help="chance wanted (.80)")
    parser.add_argument("--level", type=int, help="level to be supported, counted from 0 (default: any)")
    parser.add_argument("--trials-per-person", type=int, help="default: every photo once, or every pair")
    parser.add_argument("--classes", type=int, help="number of classes (3, or those of the pilot)")
    parser.add_argument("--person-sd", type=float, help=f"spread of people, logits ({PERSON_SD})")
    parser.add_argument("--photo-sd", type=float, help=f"spread of photos, logits ({PHOTO_SD})")
    parser.add_argument("--seed-sd", type=float, help=f"spread of networks, logits ({NETWORK_SD})")
    parser.add_argument("--runs", type=int, default=400, help="simulated studies per size (400)")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    add_thresholds(parser)
    add_competence(parser)
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return the chance of every size, and the smallest size that is enough; progress goes to stderr."""
    from stats.planning.pilot_guess import guess_from  # optimisers only where studies are simulated

    guess = guess_from(read_all(args.pilot), args.mode) if args.pilot else None
    design, plan = _planned(args, guess)
    if args.json:
        write_json(args.json, plan.to_dict())
    if args.figure:
        from stats.figures import sizes_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, sizes_figure(plan))
    assumed = filter(None, (_assumed(design), design.asked_in_words()))
    sentences = (plan.in_words(), *assumed, *_about_pilot(guess))
    return to_text([Section("Power", sentences, tables=(_table(plan, args.runs),))])


def _planned(args: Namespace, guess: PilotGuess | None) -> tuple[Design, Recommendation]:
    from stats.planning.study_sizes import recommend

    people, photos, networks = (
        [int(each) for each in listed_numbers(f"--{name}", getattr(args, name))] for name in SIZES
    )
    design = _design(args, guess, photos[0], networks[0])
    return design, recommend(
        design,
        people,
        photos,
        networks,
        goal=args.goal,
        level=args.level,
        criteria=Criteria(args.floor, args.ceiling, args.competence, args.alpha),
        runs=args.runs,
        seed=args.seed,
        on_progress=partial(print, file=sys.stderr, flush=True),
    )


def _design(args: Namespace, guess: PilotGuess | None, photos: int, networks: int) -> Design:
    """Return what is assumed: options first, then the pilot, then defaults."""
    from stats.planning.other_studies.task_scales import Asked
    from stats.planning.power_analysis import Design

    asked, classes = Asked(args.task), args.classes or (guess.n_categories if guess else 3)
    return Design(
        _accuracies(args, "human", guess.human if guess else (), asked, classes),
        _accuracies(args, "machine", guess.machine if guess else (), asked, classes),
        photos,
        networks,
        args.trials_per_person,
        classes,
        _spread(args.person_sd, args.photo_sd, guess.people_spread if guess else None, PERSON_SD),
        _spread(args.seed_sd, args.photo_sd, guess.network_spread if guess else None, NETWORK_SD),
        asked,
    )


def _accuracies(
    args: Namespace, name: str, of_pilot: tuple[float, ...], asked: Asked, classes: int
) -> tuple[float, ...]:
    """Return what is assumed of people or machine: by accuracies, by d', or by the pilot."""
    from stats.planning.other_studies.task_scales import accuracy_of

    given, scaled = getattr(args, name), getattr(args, f"{name}_d")
    if given is not None and scaled is not None:
        raise CriteriaError(f"give --{name} or --{name}-d, not both: one follows from the other")
    if scaled is not None:
        return tuple(accuracy_of(each, asked, classes) for each in listed_numbers(f"--{name}-d", scaled))
    if given is None and not of_pilot:
        raise CriteriaError(
            f"give --{name} or --{name}-d, the accuracy or d' to assume at each level: no pilot tells it"
        )
    return of_pilot if given is None else tuple(listed_numbers(f"--{name}", given))


def _spread(agent: float | None, photo: float | None, of_pilot: Spread | None, default: float) -> Spread:
    from stats.planning.simulated_studies import Spread

    known = of_pilot or Spread(default, PHOTO_SD)
    return Spread(known.agent if agent is None else agent, known.photo if photo is None else photo)


def _assumed(design: Design) -> str:
    people, networks = design.people_spread, design.seed_spread
    return (
        f"Assumed accuracies, light to heavy: people {', '.join(map(share, design.human))}, machine "
        f"{', '.join(map(share, design.machine))}; standard deviations on the logit scale: people "
        f"{people.agent:.2f} and photos {people.photo:.2f}; networks {networks.agent:.2f} and photos "
        f"{networks.photo:.2f}; {design.n_categories} classes."
    )


def _about_pilot(guess: PilotGuess | None) -> list[str]:
    if guess is None:
        return []
    people, networks = count(guess.people, "person", "people"), count(guess.networks, "network", "networks")
    sizes = f"The pilot has {people}, {networks} and {count(guess.photos, 'photo', 'photos')}"
    sides = ((guess.people, people, guess.people_spread), (guess.networks, networks, guess.network_spread))
    few = [words for n, words, spread in sides if n < FEW and spread]
    unknown = [words for _, words, spread in sides if not spread]
    caution = f" With {' and '.join(few)} their spread is little known: try larger ones too." if few else ""
    usual = f" No spread follows from {' and '.join(unknown)}: the usual one is assumed." if unknown else ""
    return [f"{sizes}; what no option gives is guessed from it.{caution}{usual}"]


def _table(plan: Recommendation, runs: int) -> Table:
    caption = f"Chance that a level is supported, with its 95 % interval from {runs} simulated studies"
    levels = range(len(plan.sizes[0].power.per_level))
    header = (*HEADER, "Any level" if plan.level is None else "Wanted", *(f"Level {n}" for n in levels))
    rows = [
        (*map(str, sizes), size.chance_in_words(), *(share(chance, 2) for chance in size.power.per_level))
        for size in plan.sizes
        for sizes in [(size.power.people, size.photos, size.networks, size.answers)]
    ]
    chosen = [place for place, size in enumerate(plan.sizes) if size is plan.smallest]
    return Table.of(caption, header, rows, emphasised=chosen)
