"""docs/method/architectures.md says of each network what it can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacker.commands.architecture_table import line_of, rows_of
from attacker.commands.architecture_trials import registry, try_architecture

PAGE = (Path(__file__).parents[3] / "docs" / "method" / "architectures.md").read_text(encoding="utf-8")
ROWS = rows_of(PAGE)
# Convolutions that rectify in place, that ask for versions, a grid of patches alone, registers, no map.
HANDFUL = (
    "squeezenet1_1",
    "mnasnet0_5",
    "timm:levit_128s",
    "timm:vit_small_patch16_dinov3",
    "timm:crossvit_tiny_240",
)


def test_the_page_has_a_row_for_every_network_of_the_registry() -> None:
    assert tuple(ROWS) == registry()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in HANDFUL else [pytest.mark.slow, pytest.mark.timeout(3600)])
        for name in ROWS
    ],
)
def test_a_row_says_what_a_trial_shows(name: str) -> None:
    assert ROWS[name] == line_of(try_architecture(name))


def test_every_network_is_an_attacker_that_resumes_or_says_why_not() -> None:
    """Random weights without learnt statistics of batches can make numbers that the cache does not hold."""
    for name, row in ROWS.items():
        _, _, side, stages, grid, rollout, resumed, _ = (cell.strip() for cell in row.split("|"))
        assert int(side) >= 64, name
        assert int(stages) >= 1, name
        assert grid.startswith("none: ") or grid.split(" x ")[0].isdigit(), name
        assert rollout == "no" or not grid.startswith("none"), name
        assert resumed == "yes" or "beyond what the cache holds" in resumed, name
