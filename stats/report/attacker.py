"""What is known of the attacker: the attack matrix and the checks of its failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stats.apa import interval, share
from stats.report.blocks import Picture, Section, Table
from stats.report.content import Check, Source


def matrix(source: Source) -> list[Section]:
    """Return the attack matrix as a section, or nothing where there is none."""
    grid = source.matrix
    if not grid or not grid["trained"]:
        return []
    header = ("Trained through", *(f"tested at {level:g}" for level in grid["tested"]))
    rows = [
        (f"level {trained:g}", *(_cell(cell) for cell in row))
        for trained, row in zip(grid["trained"], grid["rows"], strict=True)
    ]
    said = (
        "Accuracy of the attacker trained through a level (rows) on test photos of a level (columns), with "
        "its "
        "interval over new seeds and new photos. The diagonal is the adaptive attack, right of it is the "
        "transfer "
        "attack."
    )
    drawn = (
        (Picture("matrix", "Attack matrix.", source.figures["matrix"]),) if "matrix" in source.figures else ()
    )
    return [Section("Attack matrix", (said,), (Table.of("Attack matrix", header, rows),), drawn)]


def checks(source: Source) -> list[Section]:
    """Return one section per check of the attacker."""
    return [_check(check) for check in source.checks]


def _check(check: Check) -> Section:
    rows = [(name, value) for name, value in _numbers(check.result) if name not in {"says", "concern"}]
    tables = (Table.of("Figures of this check", ("Figure", "Value"), rows),) if rows else ()
    drawn = (Picture(f"check-{check.name}", f"{check.title}.", check.figure),) if check.figure else ()
    return Section(check.title, (str(check.result.get("says", "")),), tables, drawn)


def _numbers(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Write single numbers and short lists of numbers out; deeper structures are in the JSON."""
    told: list[tuple[str, str]] = []
    for name, value in values.items():
        label = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, Mapping) and not prefix and name != "settings":
            told += _numbers(value, f"{name}: ")
        elif isinstance(value, bool):
            told.append((label, "yes" if value else "no"))
        elif isinstance(value, int | float):
            told.append((label, _number(value)))
        elif isinstance(value, list) and value and all(isinstance(one, int | float) for one in value):
            told.append((label, ", ".join(map(_number, value))))
    return told


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


def _cell(cell: Mapping[str, Any] | None) -> str:
    if not cell:
        return "–"
    return f"{share(cell['estimate'])} {interval(cell['ci_low'], cell['ci_high'], 2)}"
