"""`monitor`: people's accuracy so far, by planned looks and by an interval that holds at every moment."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from stats.apa import estimate, interval, level_name, number, p_cell, sentence, threshold
from stats.commands.options import add_outputs, add_tables, add_thresholds
from stats.commands.output import rows_section, write_json
from stats.decision.criteria import Criteria, HumanGate
from stats.errors import CriteriaError
from stats.inference.look_shares import LookPlan
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.read import read_all

if TYPE_CHECKING:
    import pandas as pd

    from stats.planning.frozen_plan import FrozenPlan
    from stats.planning.monitoring import LevelNow, Monitoring

PASSED = {None: "no look is due", True: "above the floor", False: "not shown"}
PLANS = {
    LookPlan.END: "none is planned before the study has closed",
    LookPlan.PLANNED: "planned, with O'Brien-Fleming boundaries",
    LookPlan.SEQUENCE: "at any time, by the confidence sequence",
}
OTHER_GATE = (
    "The frozen design asks for people's loss against uncropped photos instead; looks are about the floor."
)
LEVELS_CAPTION = "People's accuracy as if the study had ended; the confidence sequence holds at every moment"
LEVELS_HEADER = (
    "Level",
    "Accuracy",
    "p",
    "People × photos",
    "This look",
    "Confidence sequence",
    "Its people",
)
LOOKS_CAPTION = "Planned looks, by the share of the planned people who have taken part"


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add_tables(parser)
    plan = parser.add_mutually_exclusive_group(required=True)
    plan.add_argument("--planned", type=int, help="people the study will have in the end")
    plan.add_argument(
        "--design",
        metavar="dataset_description.json",
        help="the exported file with the frozen design: its people, looks, floor and error rate count",
    )
    parser.add_argument(
        "--looks",
        type=float,
        nargs="+",
        default=[],
        help="planned looks as shares of the people, ending with 1; a frozen design states its own",
    )
    add_thresholds(parser)
    add_outputs(parser, figure=False)


def run(args: Namespace) -> str:
    """Return what may be said about people now."""
    trials = read_all(args.tables)
    plan = _plan(args)
    state = _state(trials, plan, args.mode)
    if args.json:
        write_json(args.json, state.to_dict())
    return to_text([_section(state, plan), rows_section(trials, args.mode)])


def _state(trials: pd.DataFrame, plan: FrozenPlan, mode: str | None) -> Monitoring:
    from stats.planning.monitoring import monitor  # optimisers only where looks are planned

    return monitor(
        trials,
        planned=plan.people,
        looks=plan.look_shares,
        at_any_time=plan.look_plan is LookPlan.SEQUENCE,
        criteria=plan.criteria,
        mode=mode,
    )


def _plan(args: Namespace) -> FrozenPlan:
    """Return people, looks and thresholds, from the frozen design or from the options."""
    from stats.planning.frozen_plan import FrozenPlan, read_plan

    if args.design is None:
        criteria = Criteria(args.floor, args.ceiling, alpha=args.alpha)
        looks = LookPlan.PLANNED if args.looks else LookPlan.END
        return FrozenPlan.of(criteria, args.planned, looks, args.looks)
    if args.looks:
        raise CriteriaError(f"{args.design}: the frozen design states its looks; leave --looks out")
    return read_plan(args.design)


def _section(state: Monitoring, plan: FrozenPlan) -> Section:
    """Return what the plan allows to say now."""
    criteria = plan.criteria
    question = f"people above {threshold(criteria.floor)}, error {threshold(criteria.alpha / 2)}"
    sentences = (
        f"{state.people} of {state.planned} planned people. Looks: {PLANS[plan.look_plan]}. "
        f"Tested: {question}.",
        *map(sentence, state.warnings),
        *([OTHER_GATE] if criteria.human_gate is HumanGate.LOSS else []),
    )
    tables = (_levels(state), _looks(state)) if state.looks else (_levels(state),)
    return Section("People so far", sentences, tables)


def _levels(state: Monitoring) -> Table:
    return Table.of(LEVELS_CAPTION, LEVELS_HEADER, map(_level, state.levels))


def _level(level: LevelNow) -> tuple[str, ...]:
    people = level.human
    return (
        level_name(level.crop_level),
        estimate(people.estimate, people.ci_low, people.ci_high),
        p_cell(people.p),
        f"{people.n_agents} × {people.n_items}",
        PASSED[level.passed],
        interval(level.sequence_low, level.sequence_high),
        str(level.n_people),
    )


def _looks(state: Monitoring) -> Table:
    rows = [
        (
            f"{look.information:.0%}",
            threshold(float(f"{look.p:.2g}")),
            number(look.z),
            "now" if place == state.due else "",
        )
        for place, look in enumerate(state.looks)
    ]
    return Table.of(LOOKS_CAPTION, ("People", "p must be below", "z", "Due"), rows)
