"""Networks as their libraries build them: for photos of which side, and with which weights."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torchvision

from attacker.config import AttackerConfig
from attacker.errors import ArchitectureError, SideError
from attacker.networks.staged import at_own_side, staged
from attacker.networks.weights import fingerprint
from attacker.networks.zoo import source


@pytest.mark.thorough
def test_a_network_of_another_size_says_which_setting_to_change() -> None:
    with pytest.raises(ArchitectureError, match=r"vit_tiny_patch16_384 refuses photos of 64.*set image_size"):
        staged("timm:vit_tiny_patch16_384", "random", 64, "frozen", 3)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("efficientnet_lite0", 224),
        ("efficientnet_lite1", 240),
        ("resnet152", 224),
        ("efficientnet_v2_s", 384),
        ("timm:vit_small_patch14_dinov2", 518),
        ("timm:vit_small_patch14_dinov2.lvd142m", 518),
    ],
)
def test_a_network_looks_at_the_side_its_weights_were_trained_at(name: str, side: int) -> None:
    assert at_own_side(AttackerConfig.probe(architecture=name)).image_size == side
    assert at_own_side(AttackerConfig(architecture=name, image_size=96)).image_size == 96


@pytest.mark.thorough
def test_a_network_knows_which_weights_it_started_from() -> None:
    network = staged("efficientnet_lite0", "pretrained", 64, "frozen", 3)
    assert network.origin == fingerprint(source("efficientnet_lite0", "pretrained").network.state_dict())
    assert staged("efficientnet_lite0", "random", 64, "frozen", 3).origin == "random"


@pytest.mark.thorough
def test_a_transformer_is_built_for_the_side_of_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    larger = SimpleNamespace(DEFAULT=torchvision.models.ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1)
    monkeypatch.setattr(torchvision.models, "get_model_weights", lambda _: larger)
    assert source("vit_b_16", "random").network.image_size == 384


@pytest.mark.parametrize("name", ["no_such_net", "timm:no_such_net", "timm:test_vit.no_such_net"])
def test_an_unknown_network_has_no_side(name: str) -> None:
    with pytest.raises(ArchitectureError, match="no_such_net"):
        at_own_side(AttackerConfig(architecture=name))


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["timm:levit_128s", "maxvit_t"])
def test_a_network_that_fails_at_another_size_does_not_blame_itself(name: str) -> None:
    with pytest.raises(SideError, match="its own 224"):
        staged(name, "random", 320, "frozen", 3)
