"""The tables of levels, of all classes together and of each."""

from __future__ import annotations

from collections.abc import Mapping

from stats.apa import level_name, percent, share
from stats.decision.criteria import Criteria
from stats.decision.level_rows import HEADER, accuracy_cells, level_row, size_cell
from stats.decision.records import Conclusion, LevelResult
from stats.report.blocks import Section, Table
from stats.report.content import Source

CLASS_HEADER = ("Class", "Level", "People", "Interval", "n", "Machine", "Interval", "n", "Verdict")
CUT_AWAY = "cut away: mean share of the photo's area that lies outside the crop"
PER_CLASS = "The same gates within every class, alpha shared over the classes as Holm's procedure does."


def level_table(source: Source) -> Table:
    """Return the table of levels; the only one that page, PDF and shell print."""
    outcome, cut_away = source.outcome, source.facts.cut_away
    confidence = percent(outcome.criteria.alpha)
    header = (HEADER[0], *(("Cut away",) if cut_away else ()), *HEADER[1:])
    return Table.of(
        f"Accuracy by level (macro average: classes weigh the same) with {confidence} intervals and "
        f"one-sided p; n: people or networks × photos{f'; {CUT_AWAY}' if cut_away else ''}",
        header,
        [_row(level, outcome.criteria, cut_away) for level in outcome.levels],
        emphasised=[
            place for place, level in enumerate(outcome.levels) if level.verdict is Conclusion.SUPPORTED
        ],
    )


def per_class(source: Source) -> Section:
    """Return the results of every class as a part of the report."""
    rows = [
        _row_of_class(name, level)
        for name, result in source.outcome.per_class.items()
        for level in result.levels
        if level.human or level.machine
    ]
    caption = "Accuracy within each class; n: people or networks × photos"
    return Section("Per class", (PER_CLASS,), (Table.of(caption, CLASS_HEADER, rows),))


def _row_of_class(name: str, level: LevelResult) -> tuple[str, ...]:
    people = (*accuracy_cells(level.human), size_cell(level.human))
    machine = (*accuracy_cells(level.machine), size_cell(level.machine))
    return (name, level_name(level.crop_level), *people, *machine, level.verdict.value)


def _row(level: LevelResult, criteria: Criteria, cut_away: Mapping[float, float]) -> tuple[str, ...]:
    cut = (share(cut_away.get(level.crop_level), 2),) if cut_away else ()
    name, *cells = level_row(level, criteria.human_gate)
    return (name, *cut, *cells)
