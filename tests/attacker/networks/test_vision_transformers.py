"""Vision transformers are cut block by block, and their patches lie on a grid."""

from __future__ import annotations

import pytest
import torch

from attacker.config import AttackerConfig
from attacker.networks.heads import drop_classifier
from attacker.networks.runtime import runtime
from attacker.networks.staged import staged
from attacker.networks.zoo import source
from attacker.training.phases import FinetunePhase

TRANSFORMERS = [  # network, stages, tokens before the patches, patches in a row
    ("timm:test_vit", 6, 1, 10),
    ("timm:test_vit3", 9, 1, 10),
]
LARGE_TRANSFORMERS = [
    ("vit_b_16", 12, 1, 14),
    ("vit_b_32", 12, 1, 7),
    ("timm:vit_tiny_patch16_224", 12, 1, 14),
    ("timm:deit_tiny_distilled_patch16_224", 12, 2, 14),
]


@pytest.mark.parametrize(
    ("name", "stages", "prefix", "side"),
    [*TRANSFORMERS, *(pytest.param(*large, marks=pytest.mark.slow) for large in LARGE_TRANSFORMERS)],
)
def test_a_vision_transformer_is_cut_block_by_block(name: str, stages: int, prefix: int, side: int) -> None:
    photo = 160 if name in {"timm:test_vit", "timm:test_vit3"} else 224
    whole = source(name, "random").network.eval()
    drop_classifier(whole, name)
    network = staged(name, "random", photo, "frozen", 3)
    x = torch.rand(2, 3, photo, photo, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        tokens = network.run(x)
        torch.testing.assert_close(network.neck(tokens), whole(x), rtol=1e-4, atol=1e-5)
        for start in range(1, len(network.stages)):
            entered = network(network.run(x, 0, start), start)
            torch.testing.assert_close(entered, network.classify(tokens), rtol=1e-4, atol=1e-5)
    assert len(network.stages) == stages
    assert tokens.shape[1] == prefix + side**2
    assert network.grid(tokens).shape[2:] == (side, side)
    torch.testing.assert_close(network.grid(tokens)[0, :, 0, 1], tokens[0, prefix + 1])


@pytest.mark.parametrize("name", ["timm:test_vit", "timm:test_vit3"])
def test_every_weight_of_a_vision_transformer_is_trained_at_one_rate(name: str) -> None:
    network = staged(name, "random", 160, "frozen", 3)
    config = AttackerConfig(architecture=name, device="cpu")
    phase = FinetunePhase(network, config, runtime(config), 0, None, None)  # type: ignore[arg-type]
    trained = [id(parameter) for group in phase.groups() for parameter in group["params"]]
    assert sorted(trained) == sorted(id(parameter) for parameter in network.parameters())


def test_other_transformers_are_one_stage_and_have_a_head() -> None:
    network = staged("timm:test_vit_relpos", "random", 160, "frozen", 3)
    with torch.no_grad():
        assert len(network.stages) == 1
        assert network(torch.zeros(2, 3, 160, 160)).shape == (2, 3)
