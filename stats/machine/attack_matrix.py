"""The attack matrix: attacker trained through level i, tested at level j, for all i and j."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.estimates import Accuracy
from stats.table.arrays import encode
from stats.table.columns.machine_columns import BROUGHT_AS
from stats.table.schema import TRAINED_THROUGH
from stats.table.tidy import require_columns, tidy


class NoMatrixError(TableError):
    """No machine row says through which level its attacker was trained."""


@dataclass(frozen=True)
class BroughtRow:
    """A machine that was brought from outside, at every level that it was tested at.

    Attributes
    ----------
    name : of the machine
    kind : of its attack, as its owner says
    cells : its accuracy by level; None where it was not tested
    """

    name: str
    kind: str
    cells: tuple[Accuracy | None, ...]


@dataclass(frozen=True)
class AttackMatrix:
    """Accuracy of attackers by training and test level: transfer and adaptive attacks in one table.

    Attributes
    ----------
    trained, tested : levels, light to heavy: the rows and the columns
    cells : accuracy of the attacker by (row, column); None where it was not tested
    brought : further rows, of machines from outside, by their names
    """

    trained: tuple[float, ...]
    tested: tuple[float, ...]
    cells: tuple[tuple[Accuracy | None, ...], ...]
    brought: tuple[BroughtRow, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        cells = [[cell.to_dict() if cell else None for cell in row] for row in self.cells]
        rows = [
            {"name": row.name, "kind": row.kind, "cells": [cell and cell.to_dict() for cell in row.cells]}
            for row in self.brought
        ]
        return {"trained": self.trained, "tested": self.tested, "cells": cells} | (
            {"brought": rows} if rows else {}
        )


def attack_matrix(trials: pd.DataFrame, *, ceiling: float = 0.75, alpha: float = 0.05) -> AttackMatrix:
    """Estimate the accuracy of every attacker at every level it was tested at.

    Parameters
    ----------
    trials
        Tidy table; its machine rows say in `trained_through` which level the attacker was trained through, or
        in `brought_as` that the machine came from outside.
        People's rows play no part, whatever their mode.
    ceiling, alpha
        See `Criteria`.

    Raises
    ------
    NoMatrixError
        When the table has no machine rows with a `trained_through` or a `brought_as`.
    TableError
        When the table cannot be used.
    CriteriaError
        When the ceiling leaves (0, 1).

    Examples
    --------
    An attacker trained on uncropped photos fails at level 1; one trained through level 1 does not.

    >>> import pandas as pd
    >>> right = {(0, 0): "111111", (0, 1): "010010", (1, 0): "111110", (1, 1): "110111"}
    >>> rows = [
    ...     (trained, tested, f"photo{number}", int(bit))
    ...     for (trained, tested), bits in right.items() for number, bit in enumerate(bits)
    ... ]
    >>> trials = pd.DataFrame(rows, columns=["trained_through", "crop_level", "item_id", "correct"])
    >>> matrix = attack_matrix(trials.assign(agent_type="model", agent_id="seed0", category="dunk"))
    >>> [[round(cell.estimate, 2) for cell in row] for row in matrix.cells]
    [[1.0, 0.33], [0.83, 0.83]]
    """
    require_columns(trials)
    networks = trials.loc[trials["agent_type"] == "model"]
    telling = [name for name in (TRAINED_THROUGH, BROUGHT_AS.name) if name in networks]
    if networks[telling].isna().all(axis=None):
        raise NoMatrixError(f"an attack matrix needs machine rows with {TRAINED_THROUGH}")
    rows = tidy(networks).primary
    from_outside = rows[BROUGHT_AS.name].notna() if BROUGHT_AS.name in rows else rows["correct"].isna()
    own = rows.loc[~from_outside]
    machine = own.loc[own[TRAINED_THROUGH].notna()] if TRAINED_THROUGH in own else own.iloc[:0]
    brought = rows.loc[from_outside]
    tested = tuple(np.sort(pd.concat([machine, brought])["crop_level"].unique()).tolist())
    trained = tuple(np.sort(machine[TRAINED_THROUGH].unique()).tolist()) if len(machine) else ()
    threshold = Threshold(ceiling, Side.BELOW, alpha, conditional=True)
    by_level = [
        accuracy_by_level(machine.loc[machine[TRAINED_THROUGH] == level], threshold) for level in trained
    ]
    cells = tuple(tuple(row.get(level) for level in tested) for row in by_level)
    return AttackMatrix(trained, tested, cells, _brought_rows(brought, tested, threshold))


def _brought_rows(
    rows: pd.DataFrame, tested: tuple[float, ...], threshold: Threshold
) -> tuple[BroughtRow, ...]:
    return tuple(
        BroughtRow(
            str(name),
            str(of_machine[BROUGHT_AS.name].iloc[0]),
            tuple(accuracy_by_level(of_machine, threshold).get(level) for level in tested),
        )
        for name, of_machine in rows.groupby("agent_id", sort=True, observed=True)
    )


def accuracy_by_level(rows: pd.DataFrame, threshold: Threshold) -> dict[float, Accuracy]:
    """Return the accuracy of machine rows by test level.

    Parameters
    ----------
    rows
        Checked rows of machines.

    Examples
    --------
    >>> import pandas as pd
    >>> from stats.table.tidy import tidy
    >>> rows = pd.DataFrame({"item_id": list("abab"), "crop_level": [0, 0, 1, 1], "correct": [1, 1, 1, 0]})
    >>> rows = tidy(rows.assign(agent_type="model", agent_id="seed0", category="dunk")).primary
    >>> by_level = accuracy_by_level(rows, Threshold(0.75, Side.BELOW, alpha=0.05, conditional=True))
    >>> {level: machine.estimate for level, machine in by_level.items()}
    {0.0: 1.0, 1.0: 0.5}
    """
    coded = encode(rows)
    return {level: accuracy(machine, threshold, coded.categories) for level, _, machine in coded.pairs()}
