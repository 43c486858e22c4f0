"""The attack matrix: attacker trained through level i, tested at level j, for all i and j."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from stats.decision.criteria import Criteria
from stats.decision.level_tests import HypothesisTests
from stats.errors import TableError
from stats.inference.estimates import Accuracy
from stats.table.arrays import encode
from stats.table.schema import TRAINED_THROUGH
from stats.table.tidy import require_columns, tidy


class NoMatrix(TableError):
    """No machine row says what its attacker was trained through."""


@dataclass(frozen=True)
class AttackMatrix:
    """Transfer and adaptive attacks in one table.

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
    NoMatrix
        When the table has no machine rows with a `trained_through`.
    TableError
        When the table cannot be used.
    """
    require_columns(trials)
    networks = trials.loc[trials["agent_type"] == "model"]
    if TRAINED_THROUGH not in networks or networks[TRAINED_THROUGH].isna().all():
        raise NoMatrix(f"an attack matrix needs machine rows with {TRAINED_THROUGH}")
    rows = tidy(networks).primary
    machine = rows.loc[rows[TRAINED_THROUGH].notna()]
    tested = tuple(sorted(machine["crop_level"].unique().tolist()))
    criteria = Criteria(max(0.85, (1 + ceiling) / 2), ceiling, alpha=alpha)  # the floor plays no part here
    trained = tuple(sorted(machine[TRAINED_THROUGH].unique().tolist()))
    found = [_row(machine.loc[machine[TRAINED_THROUGH] == level], criteria) for level in trained]
    return AttackMatrix(trained, tested, tuple(tuple(row.get(level) for level in tested) for row in found))


def _row(part: pd.DataFrame, criteria: Criteria) -> dict[float, Accuracy | None]:
    coded = encode(part)
    tests = HypothesisTests(criteria, coded.categories)
    return {level: tests.machine(machine) for level, _, machine in coded.pairs()}
