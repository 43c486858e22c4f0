"""The attack matrix: trained through level i, tested at level j."""

from __future__ import annotations

import pandas as pd
import pytest

from stats import TableError
from stats.machine.attack_matrix import attack_matrix
from tests.stats.tables import block, table


@pytest.fixture
def attacks() -> pd.DataFrame:
    wrong = {(0, 0): 5, (0, 1): 60, (1, 0): 8, (1, 1): 20}
    rows = [
        pd.DataFrame(block("model", 3, 40, count, tested)).assign(trained_through=trained)
        for (trained, tested), count in wrong.items()
    ]
    return pd.concat([*rows, table(block("human", 5, 40, 3))], ignore_index=True)


def test_every_pair_of_levels_has_its_cell(attacks: pd.DataFrame) -> None:
    matrix = attack_matrix(attacks)
    assert matrix.trained == matrix.tested == (0, 1)
    estimates = [[cell.estimate for cell in row] for row in matrix.cells]
    assert estimates == [
        [pytest.approx(1 - 5 / 120), pytest.approx(0.5)],
        [pytest.approx(1 - 8 / 120), pytest.approx(1 - 20 / 120)],
    ]


def test_people_of_several_modes_do_not_hide_it(attacks: pd.DataFrame) -> None:
    people = attacks["agent_type"] == "human"
    modes = attacks["agent_id"].map({"h0": "live", "h1": "simulated"}).fillna("live").where(people)
    assert attack_matrix(attacks.assign(mode=modes)) == attack_matrix(attacks)


def test_what_was_not_tested_is_none(attacks: pd.DataFrame) -> None:
    matrix = attack_matrix(attacks.loc[(attacks["trained_through"] != 1) | (attacks["crop_level"] != 0)])
    assert matrix.cells[1][0] is None
    assert matrix.to_dict()["cells"][1][0] is None


def test_without_trained_through_there_is_no_matrix(attacks: pd.DataFrame) -> None:
    with pytest.raises(TableError, match="trained_through"):
        attack_matrix(attacks.drop(columns="trained_through"))
