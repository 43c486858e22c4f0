"""Looks at the results before the end: planned or not, with intervals that hold at all of them."""

from __future__ import annotations

from typing import Any

from stats.apa import interval, level_name, levels_listed, p_cell, sentence, share
from stats.inference.look_shares import LookPlan
from stats.planning.monitoring import LevelNow, Monitoring, monitor
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Looks, Material

NAME, TITLE = "looks", "Looks before the study closed"
CAPTION = "People's accuracy with an interval that holds at every look (new people, these photos)"
HEADER = ("Level", "Accuracy", "Confidence sequence", "People")
AT_LOOK_CAPTION = (
    "People at the look that is due, tested by what it may spend, with an interval for every look"
)
AT_LOOK_HEADER = ("Level", "Accuracy", "p", "p must be below", "Confidence sequence", "Its people")
HOLDS = (
    "The intervals below hold however often one looks, with any number of people. They are of the mean of "
    "people's own accuracies, classes weighing the same, on these photos."
)


def find(material: Material) -> Finding:
    """Say which looks were planned and which were not, with boundaries and intervals that hold at them.

    Raises
    ------
    TableError
        When the table holds no people.
    """
    looks = material.looks
    numbers: dict[str, Any] = {
        "unplanned": looks.unplanned,
        "planned_people": looks.planned_people,
        "plan": looks.plan,
        "shares": list(looks.shares),
    }
    if looks.plan is LookPlan.END and looks.unplanned == 0:
        return Finding(NAME, TITLE, ("No analysis before the study closed is recorded.",), numbers=numbers)
    state = _monitored(material)
    warnings = (*_unplanned(looks), *_beyond_the_boundary(material, state))
    paragraphs = (*_planned(looks, state), *map(sentence, warnings), HOLDS)
    numbers |= {"state": state.to_dict()}
    return Finding(NAME, TITLE, (" ".join(paragraphs),), (_table(state),), numbers=numbers, warnings=warnings)


def _monitored(material: Material) -> Monitoring:
    looks = material.looks
    people = material.trials.loc[material.trials["agent_type"] == "human", "agent_id"].nunique()
    return monitor(
        material.trials,
        planned=max(looks.planned_people or people, 1),
        looks=looks.shares,
        at_any_time=looks.plan is LookPlan.SEQUENCE,
        criteria=material.criteria,
        mode=material.mode,
    )


def _planned(looks: Looks, state: Monitoring) -> tuple[str, ...]:
    """Return the plan of the frozen design in words; nothing where it has none."""
    if looks.plan is LookPlan.SEQUENCE:
        return ("The frozen design looks at any time, by the confidence sequence.",)
    if looks.plan is LookPlan.END:
        return ()
    shares = ", ".join(f"{part:.0%}".replace("%", " %") for part in looks.shares)
    due = "none of them is due yet" if state.due is None else f"look {state.due + 1} is due"
    return (
        f"The frozen design looks at {shares} of {state.planned} people, with O'Brien-Fleming boundaries; "
        f"{state.people} have taken part, so that {due}.",
    )


def _unplanned(looks: Looks) -> tuple[str, ...]:
    """Return the warning that the error was raised, where it was."""
    if looks.unplanned == 0:
        return ()
    runs = "1 analysis was" if looks.unplanned == 1 else f"{looks.unplanned} analyses were"
    return (
        f"{runs} run while the study still took people and no such look was planned: the p-values and "
        "intervals of the verdict hold for a single look at the end",
    )


def _beyond_the_boundary(material: Material, state: Monitoring) -> tuple[str, ...]:
    """Return the warning that the verdict finds what the plan of looks does not allow to say now."""
    if material.looks.plan is LookPlan.END:
        return ()
    shown = {level.crop_level for level in state.levels if _is_shown(level, state, material)}
    early = [level for level in material.outcome.sweet_levels if level not in shown]
    if not early:
        return ()
    return (
        f"the verdict calls {levels_listed(early)} a sweet spot as if nobody had looked before the end; "
        "by the plan of looks that is not shown for people",
    )


def _is_shown(level: LevelNow, state: Monitoring, material: Material) -> bool:
    if state.looks:
        return level.passed is True
    return level.sequence_low > material.criteria.floor


def _table(state: Monitoring) -> Table:
    if state.due is None:
        return Table.of(CAPTION, HEADER, [_row(level) for level in state.levels])
    boundary = p_cell(state.looks[state.due].p)
    rows = [
        (
            level_name(level.crop_level),
            share(level.human.estimate),
            p_cell(level.human.p),
            boundary,
            interval(level.sequence_low, level.sequence_high),
            str(level.n_people),
        )
        for level in state.levels
    ]
    return Table.of(AT_LOOK_CAPTION, AT_LOOK_HEADER, rows)


def _row(level: LevelNow) -> tuple[str, ...]:
    return (
        level_name(level.crop_level),
        share(level.human.estimate),
        interval(level.sequence_low, level.sequence_high),
        str(level.n_people),
    )
