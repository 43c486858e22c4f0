"""The attack matrix on a table whose cells are known."""

import pandas as pd
import pytest

from pipeline.matrix import as_grid, as_text, attack_matrix


def answers(
    agent: str, through: int, level: int, dunk: list[int], shoot: list[int]
) -> list[dict[str, object]]:
    return [
        {
            "agent_id": agent,
            "trained_through": through,
            "crop_level": level,
            "category": category,
            "item_id": f"{category}{number}",
            "correct": correct,
        }
        for category, row in (("dunk", dunk), ("shoot", shoot))
        for number, correct in enumerate(row)
    ]


PREDICTIONS = pd.DataFrame(
    [
        *answers("seed0", 0, 0, [1, 1, 1, 1], [1, 1]),
        *answers("seed1", 0, 0, [1, 1, 1, 0], [1, 1]),
        *answers("seed0", 0, 1, [1, 0, 0, 0], [1, 0]),
        *answers("seed0", 1, 1, [1, 1, 1, 1], [1, 0]),
    ]
)


def test_classes_weigh_the_same_however_many_photos_they_have() -> None:
    cell = next(
        cell for cell in attack_matrix(PREDICTIONS) if cell["tested_at"] == 1 and not cell["trained_through"]
    )
    assert cell["per_class"] == {"dunk": 0.25, "shoot": 0.5}
    assert cell["accuracy"] == pytest.approx(0.375)


def test_a_cell_is_the_mean_over_seeds_with_its_spread() -> None:
    cell = attack_matrix(PREDICTIONS)[0]
    assert (cell["lowest"], cell["accuracy"], cell["highest"]) == pytest.approx((0.875, 0.9375, 1.0))
    assert (cell["n_seeds"], cell["n_items"]) == (2, 6)


def test_transfer_and_adaptive_attacks_are_told_apart() -> None:
    kinds = {
        (cell["trained_through"], cell["tested_at"]): cell["kind"] for cell in attack_matrix(PREDICTIONS)
    }
    assert kinds == {(0, 0): "adaptive", (0, 1): "transfer", (1, 1): "adaptive"}


def test_what_was_not_tested_stays_empty() -> None:
    levels, grid = as_grid(attack_matrix(PREDICTIONS))
    assert levels == [0, 1]
    assert grid[1][0] is None
    assert as_text(attack_matrix(PREDICTIONS)).splitlines()[2].split() == ["levels", "0-1", "-", "75.0"]
