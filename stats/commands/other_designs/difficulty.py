"""`difficulty`: the machine's accuracy as a function of people's, by level and by single stimuli."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import pandas as pd

from stats.apa import UNDEFINED, count, estimate, number, percent, signed, signed_interval
from stats.commands.options import add_outputs, add_tables
from stats.commands.output import rows_section, write_figure, write_json
from stats.designs.difficulty_results import DifficultyStudy, Stretch
from stats.designs.human_difficulty import SPLITS, STRETCHES, by_difficulty
from stats.designs.interval_widths import Share
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.read import read_all, read_trials

HEADER = ("People", "Machine", "People minus machine", "Interval", "Stimuli", "Photos")


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument(
        "--stretches", type=int, default=STRETCHES, help=f"parts, from hard to easy ({STRETCHES})"
    )
    parser.add_argument("--splits", type=int, default=SPLITS, help=f"random halves of the people ({SPLITS})")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_outputs(parser, figure=True)


def run(args: Namespace) -> str:
    """Return accuracy of people and machine along people's difficulty as text."""
    trials = read_all(args.tables, read_trials)
    study = _study(trials, args)
    if args.json:
        write_json(args.json, study.to_dict())
    if args.figure:
        from stats.figures import difficulty_figure  # matplotlib only where a figure is wanted

        write_figure(args.figure, difficulty_figure(study))
    return to_text([difficulty_section(study), rows_section(trials, args.mode)])


def _study(trials: pd.DataFrame, args: Namespace) -> DifficultyStudy:
    return by_difficulty(
        trials,
        stretches=args.stretches,
        splits=args.splits,
        alpha=args.alpha,
        seed=args.seed,
        mode=args.mode,
    )


def difficulty_section(study: DifficultyStudy) -> Section:
    """Return accuracy along people's difficulty as it is printed."""
    levels = [(f"{of.crop_level:g}", signed(-of.loss), *_cells(of.place)) for of in study.levels]
    stretches = [
        (f"{place} of {len(study.stretches)}", *_cells(of)) for place, of in enumerate(study.stretches, 1)
    ]
    tables = (
        Table.of(
            "Levels, from the easiest for people on", ("Level", "Against the lightest", *HEADER), levels
        ),
        Table.of("Stimuli, from the hardest for people on", ("Stretch", *HEADER), stretches),
    )
    return Section("Machine against people, by how hard it is for people", _sentences(study), tables)


def _sentences(study: DifficultyStudy) -> tuple[str, ...]:
    people = count(study.n_people, "person", "people")
    networks = count(study.n_networks, "network", "networks")
    stimuli = count(study.n_stimuli, "stimulus", "stimuli")
    lines = [
        f"{people} and {networks} judged the same {stimuli}; a stimulus is a photo at a level, and each "
        f"weighs the same. {percent(study.alpha)} intervals over new people or networks and new photos.",
        "A stimulus that few people recognise looks harder than it is. So half of the people sort the "
        "stimuli, and the other half say how hard they are, both ways; medians over "
        f"{study.splits} random halves. They are about stimuli that half as many people find that hard.",
    ]
    if study.left_out:
        lines.append(
            f"{count(study.left_out, 'stimulus was', 'stimuli were')} judged by one side only and left out."
        )
    if study.least_answers < 2:
        lines.append("Some stimulus has one answer of a person only: one half cannot say how hard it is.")
    if study.n_networks == 1:
        lines.append("One network was tested: its intervals are conditional on this one trained network.")
    return tuple(lines)


def _cells(of: Stretch) -> tuple[str, ...]:
    return (
        *(_shown(mean) for mean in (of.people, of.machine)),
        signed(of.gap.estimate),
        signed_interval(of.gap.ci_low, of.gap.ci_high),
        *(number(size, 0 if size == int(size) else 1) for size in (of.n_stimuli, of.n_photos)),
    )


def _shown(mean: Share) -> str:
    return UNDEFINED if mean.estimate is None else estimate(mean.estimate, mean.ci_low, mean.ci_high)
