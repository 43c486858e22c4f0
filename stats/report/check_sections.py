"""The checks of the attacker as parts of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stats.apa import number, p_cell, sentence, share
from stats.report.blocks import Picture, Section, Table
from stats.report.content import Check

SETTINGS = "settings"  # how a check was run; stays in JSON
P_VALUES = ("p", "p_value")


def section(check: Check) -> Section:
    """Return a check as a section: its answer, its figure, and its numbers as a table.

    Parameters
    ----------
    check
        Of the attacker.

    Examples
    --------
    >>> part = section(Check("shuffle-1", "Does it learn?", "It does.", numbers={"p_value": 0.0003}))
    >>> part.paragraphs, part.tables[0].rows
    (('It does.',), (('p value', '< .001'),))
    """
    rows = list(_rows(check.numbers))
    tables = (Table.of("Figures of this check", ("Figure", "Value"), rows),) if rows else ()
    pictures = (picture(check),) if check.figure else ()
    return Section(check.title, (check.answer,), tables, pictures)


def picture(check: Check) -> Picture:
    """Return the figure of a check under the name that it has in the report."""
    return Picture(f"check-{check.name}", sentence(check.title), check.figure)


def _rows(numbers: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield single numbers and short lists of numbers; deeper structures are in JSON only."""
    for name, value in numbers.items():
        label = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, Mapping) and not prefix and name != SETTINGS:
            yield from _rows(value, f"{name}: ")
        elif isinstance(value, bool):
            yield label, "yes" if value else "no"
        elif isinstance(value, int | float):
            yield label, p_cell(value) if name in P_VALUES else _number(value)
        elif isinstance(value, list) and value and all(isinstance(item, int | float) for item in value):
            yield label, ", ".join(map(_number, value))


def _number(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return f"{value:.0f}"
    return share(value) if abs(value) < 1 else number(value)
