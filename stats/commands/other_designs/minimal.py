"""`minimal`: minimal recognisable crops of a search, estimated from people who did not select them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

from stats.apa import UNDEFINED, count, interval, number, percent, share, signed, signed_interval, threshold
from stats.commands.options import add_outputs, add_tables
from stats.commands.output import rows_section, write_json
from stats.designs.minimal_crops.crop_trees import Rule
from stats.designs.minimal_crops.selection_results import Drop, SelectedCrops
from stats.designs.minimal_crops.split_selection import SPLITS, selected_crops
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.read import read_all, read_trials

DROPS_HEADER = (
    "Selected by, estimated from",
    "Crop",
    "Interval",
    "Its children",
    "Interval",
    "Drop",
    "Interval",
)
SIZES_HEADER = ("Selected by, estimated from", "Crops", "Photos", "Observers")
CANDIDATES_HEADER = ("Crop", "Of photo", "Right answers", "People", "Halves that select it")
CURSE = (
    "The winner's curse: crops that were picked because they were recognised, and their children not, look "
    "better than they are, and their children worse. The first line below is flattered by it and is no "
    "estimate; it has no interval that could be trusted. In the others half of the people select and the "
    "other half estimate, both ways."
)


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument("--criterion", type=float, default=0.5, help="share right of a recognised crop (.50)")
    parser.add_argument("--least", type=int, default=5, help="answers that judge a crop, at least (5)")
    parser.add_argument("--splits", type=int, default=SPLITS, help=f"random halves of the people ({SPLITS})")
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate of the intervals (default .05)")
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return the selected crops and what is left of them with other people, as text."""
    trials = read_all(args.tables, partial(read_trials, levels=False))
    rule = Rule(args.criterion, args.least)
    selected = selected_crops(
        trials, rule=rule, splits=args.splits, alpha=args.alpha, seed=args.seed, mode=args.mode
    )
    if args.json:
        write_json(args.json, selected.to_dict())
    return to_text([selection_section(selected), rows_section(trials, args.mode)])


def selection_section(selected: SelectedCrops) -> Section:
    """Return selected crops as they are printed.

    Parameters
    ----------
    selected
        Result of `selected_crops`.
    """
    never_shown = ", ".join(selected.never_shown)
    crops, photos = count(selected.n_crops, "crop", "crops"), count(selected.n_trees, "photo", "photos")
    sentences: tuple[str, ...] = (
        f"{count(selected.n_people, 'person', 'people')}, {crops} of {photos}. {_rule(selected)}",
        *([f"Never shown, so that nothing is known about them: {never_shown}."] if never_shown else []),
        *_without_machine(selected),
        CURSE,
        f"Medians over {selected.splits} random halves; {percent(selected.alpha)} intervals over new people "
        "or networks and new photos. They are about crops that half as many people select.",
    )
    if not selected.people.n_crops:
        sentences += ("No half of the people selects a crop that the other half judged with its children.",)
    drops = {"everybody, everybody (flattered)": selected.flattered, "half, other half": selected.people}
    if selected.machine:
        drops["half of the people, networks"] = selected.machine
    flattered, *others = [_drop(name, drop) for name, drop in drops.items()]
    without_intervals = tuple(UNDEFINED if cell.startswith("[") else cell for cell in flattered)
    tables: tuple[Table, ...] = (
        Table.of(
            "Accuracy on minimal crops and on their children", DROPS_HEADER, [without_intervals, *others]
        ),
        Table.of(
            "What each line rests on", SIZES_HEADER, [_sizes(name, drop) for name, drop in drops.items()]
        ),
    )
    if selected.candidates:
        tables += (_candidates(selected),)
    return Section("Minimal recognisable crops", sentences, tables)


def _without_machine(selected: SelectedCrops) -> list[str]:
    """Say how many crops that people judged no network judged."""
    if not selected.n_without_machine:
        return []
    lacking = count(selected.n_without_machine, "crop was", "crops were")
    return [f"{lacking} judged by people and by no network: do the names of the crops agree?"]


def _candidates(selected: SelectedCrops) -> Table:
    caption = "Crops that everybody together selects; their shares are flattered"
    rows = [
        (of.item_id, of.tree, share(of.accuracy), str(of.n), share(of.chosen, 2))
        for of in selected.candidates
    ]
    return Table.of(caption, CANDIDATES_HEADER, rows)


def _rule(selected: SelectedCrops) -> str:
    rule = selected.rule
    return (
        f"A crop is minimal where {threshold(rule.criterion)} of its answers are right, or more, and those "
        f"to every crop cut from it are not; each has {rule.least} answers or more of the people who select."
    )


def _drop(name: str, drop: Drop) -> tuple[str, ...]:
    crop, children, fall = drop.crop, drop.children, drop.drop
    return (
        name,
        *(share(crop.estimate), interval(crop.ci_low, crop.ci_high)),
        *(share(children.estimate), interval(children.ci_low, children.ci_high)),
        *(signed(fall.estimate), signed_interval(fall.ci_low, fall.ci_high)),
    )


def _sizes(name: str, drop: Drop) -> tuple[str, ...]:
    return (
        name,
        *(number(size, 0 if size == int(size) else 1) for size in (drop.n_crops, drop.n_trees)),
        number(drop.n_agents, 0),
    )
