"""The rows of the table of levels; page, PDF, shell and `Verdict.table` print the same cells."""

from __future__ import annotations

from collections.abc import Sequence

from stats.apa import UNDEFINED, interval, level_name, p_cell, share
from stats.decision.criteria import HumanGate
from stats.decision.records import LevelResult
from stats.inference.estimates import Accuracy

HEADER = (
    "Level", "People", "Interval", "n", "p", "Machine", "Interval", "n", "p", "p both", "p Holm", "Verdict",
)  # fmt: skip


def level_row(level: LevelResult, gate: HumanGate) -> tuple[str, ...]:
    """Return the cells of a level under `HEADER`; n is people or networks × photos.

    Parameters
    ----------
    level
        People and machine at the level.
    gate
        Which of the two tests of people counts.

    Examples
    --------
    >>> from stats.decision.records import Conclusion
    >>> level = LevelResult(
    ...     crop_level=1, human=None, machine=None, p_iut=0.012, p_holm=0.0003, verdict=Conclusion.SUPPORTED
    ... )
    >>> level_row(level, HumanGate.FLOOR)[-3:]
    ('.012', '< .001', 'supported')
    """
    return (
        level_name(level.crop_level),
        *accuracy_cells(level.human),
        size_cell(level.human),
        p_cell(level.p_human(gate)),
        *accuracy_cells(level.machine),
        size_cell(level.machine),
        p_cell(level.machine.p if level.machine else None),
        p_cell(level.p_iut),
        p_cell(level.p_holm),
        level.verdict.value,
    )


def accuracy_cells(accuracy: Accuracy | None) -> tuple[str, str]:
    """Return an accuracy and its interval; dashes where nobody answered.

    Examples
    --------
    >>> accuracy_cells(None)
    ('–', '–')
    """
    if accuracy is None:
        return UNDEFINED, UNDEFINED
    return share(accuracy.estimate), interval(accuracy.ci_low, accuracy.ci_high)


def size_cell(accuracy: Accuracy | None) -> str:
    """Return people or networks × photos; dashes for what is not known.

    Examples
    --------
    >>> size_cell(None)
    '–'
    """
    if accuracy is None:
        return UNDEFINED
    photos = UNDEFINED if accuracy.n_items is None else accuracy.n_items
    return f"{accuracy.n_agents} × {photos}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines of text with columns aligned to the right.

    Examples
    --------
    >>> print(aligned([("Level", "p"), ("1", ".012")]))
    Level     p
        1  .012
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
