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
from stats.table.schema import TRAINED_THROUGH
from stats.table.tidy import require_columns, tidy


class NoMatrixError(TableError):
    """No machine row says through which level its attacker was trained."""


@dataclass(frozen=True)
class AttackMatrix:
    """Accuracy of attackers by training and test level: transfer and adaptive attacks in one table.

    Attributes
    ----------
    trained, tested : levels, light to heavy: the rows and the columns
    cells : accuracy of the attacker by (row, column); None where it was not tested
    """

    trained: tuple[float, ...]
    tested: tuple[float, ...]
    cells: tuple[tuple[Accuracy | None, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        cells = [[cell.to_dict() if cell else None for cell in row] for row in self.cells]
        return {"trained": self.trained, "tested": self.tested, "cells": cells}


def attack_matrix(trials: pd.DataFrame, *, ceiling: float = 0.75, alpha: float = 0.05) -> AttackMatrix:
    """Estimate the accuracy of every attacker at every level it was tested at.

    Parameters
    ----------
    trials
        Tidy table; its machine rows say in `trained_through` which level the attacker was trained through.
        People's rows play no part, whatever their mode.
    ceiling, alpha
        See `Criteria`.

    Raises
    ------
    NoMatrixError
        When the table has no machine rows with a `trained_through`.
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
    if TRAINED_THROUGH not in networks or networks[TRAINED_THROUGH].isna().all():
        raise NoMatrixError(f"an attack matrix needs machine rows with {TRAINED_THROUGH}")
    rows = tidy(networks).primary
    machine = rows.loc[rows[TRAINED_THROUGH].notna()]
    tested, trained = (
        tuple(np.sort(machine[name].unique()).tolist()) for name in ("crop_level", TRAINED_THROUGH)
    )
    threshold = Threshold(ceiling, Side.BELOW, alpha, conditional=True)
    by_level = [
        accuracy_by_level(machine.loc[machine[TRAINED_THROUGH] == level], threshold) for level in trained
    ]
    return AttackMatrix(trained, tested, tuple(tuple(row.get(level) for level in tested) for row in by_level))


def accuracy_by_level(rows: pd.DataFrame, threshold: Threshold) -> dict[float, Accuracy]:
    """Return the accuracy of machine rows by test level.

    Parameters
    ----------
    rows
        Checked rows of machines.
    threshold
        What to test against.

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
