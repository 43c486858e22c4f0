"""A sample of architectures with random weights: built, trained, stopped, resumed and mapped."""

from __future__ import annotations

import pytest

from attacker.commands.architecture_trials import Trial, try_architecture
from attacker.commands.architectures_command import line_of

FAST = ("squeezenet1_1", "shufflenet_v2_x0_5", "timm:vit_small_patch16_dinov3", "timm:xcit_nano_12_p16_224")


@pytest.mark.parametrize("name", FAST)
def test_a_sample_of_architectures_trains_resumes_and_has_a_map(name: str) -> None:
    trial = try_architecture(name)
    assert trial.resumed
    assert len(trial.grid) == 2


def test_an_unknown_architecture_is_told_by_its_reason() -> None:
    trial = try_architecture("no_such_net")
    assert trial.stages == 0
    assert "neither a torchvision nor a timm classifier" in line_of(trial)


def test_a_line_of_the_table_says_what_is_missing() -> None:
    assert line_of(Trial("a", 64, 3, (), True, "no grid")) == "| `a` | 64 | 3 | none | yes |"
