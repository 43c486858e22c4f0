"""`monitor`: people so far, by planned looks and by a confidence sequence that holds at every moment."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stats.commands.options import add_outputs, add_tables, add_thresholds
from stats.commands.output import write_json
from stats.decision.criteria import Criteria
from stats.planning.monitoring import LevelNow, Monitoring, monitor
from stats.table.read import read_all


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    parser.add_argument("--planned", type=int, required=True, help="people the study will have in the end")
    parser.add_argument(
        "--looks",
        type=float,
        nargs="+",
        default=[],
        help="planned looks as shares of the people, ending with 1",
    )
    add_thresholds(parser)
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return what may be said about people now."""
    criteria = Criteria(args.floor, args.ceiling, alpha=args.alpha)
    state = monitor(
        read_all(args.tables), planned=args.planned, looks=args.looks, criteria=criteria, mode=args.mode
    )
    if args.json:
        write_json(args.json, state.to_dict())
    return text(state)


def text(state: Monitoring) -> str:
    """Return the state in words."""
    lines = [f"{state.people} of {state.planned} planned people"]
    for place, look in enumerate(state.looks):
        mark = " <- these p-values" if place == state.due else ""
        lines.append(
            f"Look at {look.information:.0%} of people: p must be below {look.p:.2g} (z {look.z:.2f}){mark}"
        )
    lines += [_line(row) for row in state.levels]
    return "\n".join([*lines, *(f"Warning: {warning}." for warning in state.warnings)])


def _line(row: LevelNow) -> str:
    human = row.human
    said = {None: "no look is due", True: "above the floor by this look", False: "not shown at this look"}
    span = f"[{human.ci_low:.3f}, {human.ci_high:.3f}]"
    return (
        f"Level {row.crop_level:g}: {human.estimate:.3f} {span}, p {human.p:.4g} "
        f"({human.n_agents} people x {human.n_items} photos): {said[row.passed]}; at every moment "
        f"[{row.sequence_low:.3f}, {row.sequence_high:.3f}] over {row.n_people} people"
    )
