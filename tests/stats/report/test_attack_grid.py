"""The attack matrix, stored and printed, on a table whose cells are known."""

from __future__ import annotations

import msgspec
import pandas as pd
import pytest

from stats.machine.attack_matrix import attack_matrix
from stats.report.attack_grid import Attack, AttackGrid, grid_of, section

PHOTOS = 12


def answers(agent: str, through: int, level: int, right: int) -> list[dict[str, object]]:
    """This many right answers per class, out of twelve."""
    return [
        {
            "agent_type": "model",
            "agent_id": agent,
            "trained_through": through,
            "crop_level": level,
            "category": category,
            "item_id": f"{category}{number}",
            "correct": int(number < right),
        }
        for category in ("dunk", "shoot")
        for number in range(PHOTOS)
    ]


@pytest.fixture(scope="module")
def grid() -> AttackGrid:
    seeds = [("seed0", 0), ("seed1", 1)]
    rows = [
        row
        for agent, extra in seeds
        for through, level, right in ((0, 0, 11 - extra), (0, 1, 3 + extra), (1, 1, 8 + extra))
        for row in answers(agent, through, level, right)
    ]
    return grid_of(attack_matrix(pd.DataFrame(rows)))


def test_rows_are_what_was_trained_on_and_columns_what_was_tested(grid: AttackGrid) -> None:
    assert (grid.trained, grid.tested) == ((0, 1), (0, 1))
    assert [[cell and cell.kind for cell in row] for row in grid.rows] == [
        [Attack.ADAPTIVE, Attack.TRANSFER],
        [None, Attack.ADAPTIVE],
    ]


def test_a_cell_is_the_mean_over_seeds_with_an_interval(grid: AttackGrid) -> None:
    transfer = grid.rows[0][1]
    assert transfer.estimate == pytest.approx(3.5 / PHOTOS)
    assert transfer.ci_low < transfer.estimate < transfer.ci_high
    assert (transfer.n_agents, transfer.n_items) == (2, 2 * PHOTOS)


def test_what_was_not_tested_is_printed_as_a_dash(grid: AttackGrid) -> None:
    first, second = section(grid, {}).tables[0].rows
    assert second[:2] == ("level 1", "–")
    assert first[2].startswith(".29 [")


def test_it_survives_json(grid: AttackGrid) -> None:
    assert msgspec.convert(msgspec.to_builtins(grid), AttackGrid) == grid


def test_why_the_training_ended_is_printed_with_it(grid: AttackGrid) -> None:
    assert section(grid, {}, "The levels are used up.").paragraphs[1].endswith("The levels are used up.")


def test_a_machine_from_outside_has_a_line_of_its_own() -> None:
    own = answers("seed0", 0, 0, 11)
    brought = [row | {"trained_through": None, "brought_as": "few-shot"} for row in answers("vlm", 0, 1, 6)]
    grid = grid_of(attack_matrix(pd.DataFrame(own + brought)))
    (line,) = grid.brought
    assert (line.name, line.kind, line.cells[0]) == ("vlm", "few-shot", None)
    assert line.cells[1] is not None
    assert (line.cells[1].estimate, line.cells[1].n_items) == (6 / PHOTOS, 2 * PHOTOS)
    name, _, there = section(grid, {}).tables[0].rows[-1]
    assert name == "vlm (from outside, few-shot)"
    assert there.startswith(".50 [")
