"""Was it looked at before the end? Looks that nobody planned cost error; a confidence sequence does not."""

from __future__ import annotations

from stats.apa import interval, share
from stats.planning.monitoring import LevelNow, monitor
from stats.report.blocks import Table
from stats.report.finding import Finding, Looks, Material

NAME, TITLE = "looks", "Looks before the study closed"
HEADER = ("Level", "Accuracy", "Confidence sequence", "People")


def find(material: Material) -> Finding:
    """Count unplanned looks, and give the intervals that hold at every look.

    Raises
    ------
    TableError
        When the table holds no people.
    """
    looks = material.looks
    values = {"unplanned": looks.unplanned, "planned_people": looks.planned_people}
    if looks.unplanned == 0:
        return Finding(NAME, TITLE, ("No analysis before the study closed is recorded.",), numbers=values)
    people = material.trials.loc[material.trials["agent_type"] == "human", "agent_id"].nunique()
    state = monitor(
        material.trials,
        planned=max(looks.planned_people or people, 1),
        criteria=material.criteria,
        mode=material.mode,
    )
    table = Table.of(
        "People's accuracy with an interval that holds at every look (new people, these photos)",
        HEADER,
        [_row(level) for level in state.levels],
    )
    told = _warning(looks)
    said = (
        f"{told[:1].upper()}{told[1:]}. The intervals below hold however often one looks, with any number of "
        "people. They are of the mean of people's own accuracies, classes weighing the same, on these photos."
    )
    return Finding(
        NAME, TITLE, (said,), (table,), numbers=values | {"state": state.to_dict()}, warnings=(told,)
    )


def _warning(looks: Looks) -> str:
    runs = "1 analysis was" if looks.unplanned == 1 else f"{looks.unplanned} analyses were"
    return (
        f"{runs} run while the study still took people and no such look was planned: the p-values and "
        "intervals of the verdict hold for a single look at the end"
    )


def _row(level: LevelNow) -> tuple[str, ...]:
    span = interval(level.sequence_low, level.sequence_high)
    return (f"{level.crop_level:g}", share(level.human.estimate), span, str(level.n_people))
