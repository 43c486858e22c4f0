"""Architectures with random weights are built, trained, stopped, resumed and mapped, a row each."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacker.__main__ import main
from attacker.commands.architecture_table import HEAD, line_of
from attacker.commands.architecture_trials import Trial, try_architecture


def test_an_unknown_architecture_is_told_by_its_reason() -> None:
    trial = try_architecture("no_such_net")
    assert trial.stages == 0
    assert "neither a torchvision nor a timm classifier" in line_of(trial)


def test_a_line_of_the_table_says_what_is_missing() -> None:
    assert line_of(Trial("a", 64, 3, reason="two grids", resumed=True)) == (
        "| `a` | 64 | 3 | none: two grids | no | yes |"
    )


@pytest.mark.thorough
def test_a_network_of_plain_tokens_has_maps_and_rollout() -> None:
    trial = try_architecture("timm:test_vit")
    assert trial == Trial("timm:test_vit", 64, 6, (4, 4), rollout=True, resumed=True)


def test_a_row_goes_into_the_page_at_once_and_keeps_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        f"# Title\n\n{HEAD}\n| `alexnet` | old |\n| `timm:xcit_nano_12_p16_224` | old |\n\nEnd.\n"
    )
    assert main(["architectures", "squeezenet1_1", "--page", str(page)]) == 0
    before, _, rows = page.read_text().partition(HEAD)
    assert before == "# Title\n\n"
    assert rows.splitlines()[1:] == [
        "| `alexnet` | old |",
        capsys.readouterr().out.splitlines()[-1],
        "| `timm:xcit_nano_12_p16_224` | old |",
        "",
        "End.",
    ]
