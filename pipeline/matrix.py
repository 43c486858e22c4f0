"""The attack matrix: attackers trained through level i, tested at level j."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

Cell = dict[str, Any]


def attack_matrix(predictions: pd.DataFrame) -> list[Cell]:
    """Accuracy of every attack, one cell per (trained through, tested at).

    Parameters
    ----------
    predictions
        Rows of test photos with columns `agent_id, category, crop_level, trained_through, correct`.

    Returns
    -------
    list of dict
        Keys `trained_through, tested_at, kind, accuracy, lowest, highest, per_class, n_seeds, n_items`.
        Accuracy is the macro average over classes, then the mean over seeds; lowest and highest are of
        single seeds.
        `kind` is *adaptive* on the diagonal, *transfer* where the test level is heavier than anything the
        attacker has seen, *easier* where it is lighter.
    """
    return [
        _cell(int(str(trained_through)), int(str(tested_at)), rows)
        for trained_through, attacks in predictions.groupby("trained_through")
        for tested_at, rows in attacks.groupby("crop_level")
    ]


def _cell(trained_through: int, tested_at: int, rows: pd.DataFrame) -> Cell:
    by_class = rows.groupby(["agent_id", "category"])["correct"].mean().unstack()
    by_seed = by_class.mean(axis=1)
    return {
        "trained_through": trained_through,
        "tested_at": tested_at,
        "kind": _kind(trained_through, tested_at),
        "accuracy": float(by_seed.mean()),
        "lowest": float(by_seed.min()),
        "highest": float(by_seed.max()),
        "per_class": {str(name): float(value) for name, value in by_class.mean(axis=0).items()},
        "n_seeds": len(by_seed),
        "n_items": int(rows["item_id"].nunique()),
    }


def _kind(trained_through: int, tested_at: int) -> str:
    if trained_through == tested_at:
        return "adaptive"
    return "transfer" if tested_at > trained_through else "easier"


def as_grid(cells: Iterable[Cell]) -> tuple[list[int], list[list[Cell | None]]]:
    """Levels, and rows of cells in their order; None where nothing was tested."""
    placed: dict[tuple[int, int], Cell] = {
        (cell["trained_through"], cell["tested_at"]): cell for cell in cells
    }
    levels = sorted({level for place in placed for level in place})
    return levels, [[placed.get((i, j)) for j in levels] for i in levels]


def as_text(cells: Iterable[Cell]) -> str:
    """The matrix for a terminal, in per cent."""
    levels, grid = as_grid(cells)
    head = "trained through \\ tested at " + "".join(f"{f'level {level}':>10}" for level in levels)
    lines = [head]
    for level, row in zip(levels, grid, strict=True):
        numbers = "".join(f"{100 * cell['accuracy']:10.1f}" if cell else f"{'-':>10}" for cell in row)
        lines.append(f"{f'levels 0-{level}' if level else 'level 0':<27} {numbers}")
    return "\n".join(lines)
