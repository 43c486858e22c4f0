"""Stages, neck and folding compute together what the library's own network computes."""

from __future__ import annotations

from pathlib import Path

import pytest
import timm
import torch
import torchvision

from attacker.config import Normalisation
from attacker.errors import ArchitectureError, NoMapError
from attacker.networks.packaged_weights import PACKAGED, packaged_state
from attacker.networks.partition import cut
from attacker.networks.staged import staged
from attacker.networks.zoo import source

STAGED = [  # network, stages, side of the last map of a photo of 64 pixels
    ("resnet18", 5, 2),
    ("mobilenet_v3_small", 13, 2),
    ("densenet121", 9, 2),
    ("shufflenet_v2_x0_5", 6, 2),
    ("timm:test_efficientnet", 7, 2),
    ("timm:test_convnext", 5, 2),
    ("timm:mobilenetv3_small_050", 7, 2),
]
FAMILIES = [
    ("swin_t", 9, 2),
    ("resnet50", 5, 2),
    ("convnext_tiny", 8, 2),
    ("efficientnet_b0", 9, 2),
    ("regnet_y_400mf", 5, 2),
    ("vgg11", 5, 2),
    ("maxvit_t", 5, 7),
    ("swin_v2_t", 9, 2),
    ("timm:tf_efficientnet_lite0", 9, 2),
    ("timm:tf_efficientnet_lite1", 9, 2),
    ("timm:resnet26", 5, 2),
    ("timm:swin_tiny_patch4_window7_224", 6, 7),
    ("timm:regnetx_002", 5, 2),
    ("timm:convnext_atto", 5, 2),
]
SIDE = {"maxvit_t": 224, "timm:swin_tiny_patch4_window7_224": 224}


def _lived(name: str) -> torch.nn.Module:
    """The library's own network with statistics that show a normalisation left out or applied twice."""
    torch.manual_seed(3)
    timms = name.removeprefix("timm:")
    network = timm.create_model(timms) if timms != name else torchvision.models.get_model(name, weights=None)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.3, 2.0)
            torch.nn.init.uniform_(module.weight, 0.7, 1.4)
            torch.nn.init.normal_(module.bias, 0, 0.2)
    return network.eval()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "stages", "grid"),
    [*STAGED, *(pytest.param(*family, marks=pytest.mark.slow) for family in FAMILIES)],
)
@pytest.mark.parametrize("normalisation", ["frozen", "adapt"])
def test_stages_neck_and_folding_give_what_the_whole_network_gives(
    name: str, stages: int, grid: int, normalisation: Normalisation, tmp_path: Path
) -> None:
    whole, side = _lived(name), SIDE.get(name, 64)
    torch.save(whole.state_dict(), tmp_path / "weights.pth")
    network = staged(name, str(tmp_path / "weights.pth"), side, normalisation, 3)
    linear = [module for module in whole.modules() if isinstance(module, torch.nn.Linear)][-1]
    seen: list[torch.Tensor] = []
    linear.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    x = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        whole(x)
        last = network.run(x)
        torch.testing.assert_close(network.neck(last), seen[0], rtol=1e-3, atol=1e-4)
        for start in range(1, len(network.stages)):
            entered = network(network.run(x, 0, start), start)
            torch.testing.assert_close(entered, network.classify(last), rtol=1e-4, atol=1e-5)
    assert len(network.stages) == stages
    assert last.shape[2:] == (grid, grid)


def test_a_small_transformer_on_a_grid_is_cut_behind_its_last_block() -> None:
    small = torchvision.models.SwinTransformer([4, 4], 8, [1, 1], [1, 1], [2, 2], num_classes=5).eval()
    small.head = torch.nn.Identity()
    probe = torch.rand(1, 3, 32, 32)
    pieces = cut(small, probe, "small")
    with torch.no_grad():
        last = torch.nn.Sequential(*pieces.stages)(probe)
        torch.testing.assert_close(pieces.neck(last), small(probe))
    assert last.shape == (1, 16, 4, 4)


def test_maps_with_channels_last_are_turned() -> None:
    class Grid(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches = torch.nn.Conv2d(3, 6, 4, stride=4)
            self.turn = ToChannelsLast()
            self.mix = torch.nn.Linear(6, 6)
            self.pool = CellPool()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.pool(self.mix(self.turn(self.patches(x))))

    network, probe = Grid().eval(), torch.rand(1, 3, 32, 32)
    pieces = cut(network, probe, "grid")
    with torch.no_grad():
        last = torch.nn.Sequential(*pieces.stages)(probe)
        torch.testing.assert_close(pieces.neck(last), network(probe))
    assert last.shape == (1, 6, 8, 8)


class ToChannelsLast(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 3, 1)


class CellPool(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((1, 2))


def test_a_body_that_no_grid_comes_out_of_is_not_taken_for_a_classifier() -> None:
    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches = torch.nn.Conv2d(3, 6, 4, stride=4)
            self.flat = torch.nn.Flatten(2)
            self.body = torch.nn.Sequential(*[torch.nn.Linear(64, 64) for _ in range(4)])
            self.end = torch.nn.Flatten()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.end(self.body(self.flat(self.patches(x))))

    with pytest.raises(ArchitectureError, match="tokens cannot be cut"):
        cut(Tokens().eval(), torch.rand(1, 3, 32, 32), "tokens")


def test_a_network_can_be_entered_at_any_stage() -> None:
    network = staged("timm:test_resnet", "random", 64, "frozen", 3)
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        for start in range(len(network.stages) + 1):
            torch.testing.assert_close(network(network.run(x, 0, start), start), network(x))


@pytest.mark.thorough
def test_a_classifier_by_convolution_gives_way_to_a_linear_one() -> None:
    """SqueezeNet's classifier is a convolution before the pool; the last map is what it reads."""
    network = staged("squeezenet1_1", "random", 64, "frozen", 3)
    whole = source("squeezenet1_1", "random").network.eval()
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        last = network.run(x)
        torch.testing.assert_close(last, whole.features(x))
        torch.testing.assert_close(network.neck(last), whole.features(x).mean((2, 3)))
    assert last.shape == (2, 512, 3, 3)
    assert not [name for name, _ in network.named_parameters() if "classifier" in name]


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["timm:test_resnet", "timm:test_vit"])
def test_a_new_run_does_not_start_with_what_another_has_learned(name: str) -> None:
    """The network is remembered and copied: stages, neck and head of the copy must be its own."""
    first = staged(name, "random", 160, "frozen", 3)
    x = torch.rand(1, 3, 160, 160)
    with torch.no_grad():
        before = first(x)
        for parameter in first.parameters():
            parameter.zero_()
        torch.testing.assert_close(staged(name, "random", 160, "frozen", 3)(x), before)


@pytest.mark.thorough
def test_adapting_statistics_are_kept() -> None:
    network = staged("resnet18", "random", 64, "adapt", 3)
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())


def test_the_lower_fingerprint_sees_only_what_is_below() -> None:
    network = staged("timm:test_resnet", "random", 64, "frozen", 3)
    before = [network.lower_fingerprint(cut) for cut in (2, 4)]
    with torch.no_grad():
        next(network.stages[3].parameters()).add_(1)
    after = [network.lower_fingerprint(cut) for cut in (2, 4)]
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_the_upper_state_is_the_rest() -> None:
    network = staged("timm:test_resnet", "random", 64, "frozen", 3)
    assert set(network.upper_state(0)) == set(network.state_dict())
    assert set(network.upper_state(len(network.stages))) == {"head.weight", "head.bias"}


@pytest.mark.parametrize("name", ["no_such_net", "timm:no_such_net"])
def test_an_unknown_network_is_refused_by_name(name: str) -> None:
    with pytest.raises(ArchitectureError, match="no_such_net"):
        staged(name, "random", 64, "frozen", 3)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "side"), [("timm:crossvit_tiny_240", 240), ("timm:coat_tiny", 224)])
def test_a_network_of_several_grids_is_an_attacker_without_a_map_by_its_reason(name: str, side: int) -> None:
    network = staged(name, "random", side, "frozen", 3)
    whole = source(name, "random").network.eval()
    whole.reset_classifier(0)
    x = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(network.neck(network.run(x)), whole(x))
    with pytest.raises(NoMapError, match=r"(CrossViT|CoaT) reads .*; let another network come first"):
        network.grid(network.run(x))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["efficientnet_lite0", pytest.param("efficientnet_lite1", marks=pytest.mark.slow)]
)
def test_an_efficientnet_keeps_the_answers_of_its_packaged_weights(name: str) -> None:
    whole = timm.create_model(PACKAGED[name].timm_name, pretrained=False).eval()
    whole.load_state_dict(packaged_state(name))
    whole.reset_classifier(0)
    network = staged(name, "pretrained", 96, "frozen", 3)
    x = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(network.neck(network.run(x)), whole(x), rtol=1e-3, atol=1e-4)
    assert len(network.stages) == 9
