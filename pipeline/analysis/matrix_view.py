"""The attack matrix as pages and terminals show it: one cell per (trained through, tested at)."""

from __future__ import annotations

from typing import Any

from stats.inference.estimates import Accuracy
from stats.machine.attack_matrix import AttackMatrix

Cell = dict[str, Any]
Grid = dict[str, Any]


def grid_of(matrix: AttackMatrix) -> Grid:
    """Plain values of a matrix: levels, and rows of cells; None where nothing was tested.

    The kind of a cell is *adaptive* on the diagonal, *transfer* where the test level is heavier than anything
    the attacker was trained on, *easier* where it is lighter.
    """
    rows = [
        [
            _cell(trained, tested, cell) if cell else None
            for tested, cell in zip(matrix.tested, row, strict=True)
        ]
        for trained, row in zip(matrix.trained, matrix.cells, strict=True)
    ]
    return {"tested": list(matrix.tested), "trained": list(matrix.trained), "rows": rows}


def as_text(grid: Grid) -> str:
    """The matrix for a terminal: per cent, with the interval."""
    if not grid:
        return "nothing was tested"
    head = f"{'trained through':<16}" + "".join(f"{f'at level {level:g}':>19}" for level in grid["tested"])
    lines = [
        f"{f'level {trained:g}':<16}" + "".join(f"{_in_words(cell):>19}" for cell in row)
        for trained, row in zip(grid["trained"], grid["rows"], strict=True)
    ]
    return "\n".join([head, *lines])


def _cell(trained: float, tested: float, accuracy: Accuracy) -> Cell:
    numbers = {name: getattr(accuracy, name) for name in ("estimate", "ci_low", "ci_high")}
    percent = {f"{name}_pct": 100 * value for name, value in numbers.items()}
    counts = {"n_agents": accuracy.n_agents, "n_items": accuracy.n_items}
    return {"kind": _kind(trained, tested), **numbers, **percent, **counts}


def _kind(trained: float, tested: float) -> str:
    if trained == tested:
        return "adaptive"
    return "transfer" if tested > trained else "easier"


def _in_words(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    return f"{cell['estimate_pct']:.1f} [{cell['ci_low_pct']:.0f}, {cell['ci_high_pct']:.0f}]"
