"""Looks at the results before the end: unplanned ones raise the error, a confidence sequence allows them."""

from __future__ import annotations

from typing import Any

from stats.apa import interval, level_name, sentence, share
from stats.planning.monitoring import Monitoring, monitor
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Looks, Material

NAME, TITLE = "looks", "Looks before the study closed"
HEADER = ("Level", "Accuracy", "Confidence sequence", "People")
CAPTION = "People's accuracy with an interval that holds at every look (new people, these photos)"


def find(material: Material) -> Finding:
    """Count unplanned looks, and give the intervals that hold at every look.

    Parameters
    ----------
    material
        The trials with their verdict.

    Raises
    ------
    TableError
        When the table holds no people.
    """
    looks = material.looks
    numbers: dict[str, Any] = {"unplanned": looks.unplanned, "planned_people": looks.planned_people}
    if looks.unplanned == 0:
        return Finding(NAME, TITLE, ("No analysis before the study closed is recorded.",), numbers=numbers)
    people = material.trials.loc[material.trials["agent_type"] == "human", "agent_id"].nunique()
    state = monitor(
        material.trials,
        planned=max(looks.planned_people or people, 1),
        criteria=material.criteria,
        mode=material.mode,
    )
    warning = _warning(looks)
    explanation = (
        f"{sentence(warning)} The intervals below hold however often one looks, with any number of "
        "people. They are of the mean of people's own accuracies, classes weighing the same, on these photos."
    )
    numbers |= {"state": state.to_dict()}
    return Finding(NAME, TITLE, (explanation,), (_table(state),), numbers=numbers, warnings=(warning,))


def _warning(looks: Looks) -> str:
    runs = "1 analysis was" if looks.unplanned == 1 else f"{looks.unplanned} analyses were"
    return (
        f"{runs} run while the study still took people and no such look was planned: the p-values and "
        "intervals of the verdict hold for a single look at the end"
    )


def _table(state: Monitoring) -> Table:
    rows = [
        (
            level_name(level.crop_level),
            share(level.human.estimate),
            interval(level.sequence_low, level.sequence_high),
            str(level.n_people),
        )
        for level in state.levels
    ]
    return Table.of(CAPTION, HEADER, rows)
