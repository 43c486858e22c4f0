"""Adapters change nothing at first, learn in every matrix, and leave the network's own modules and names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import timm
import torch
import torchvision
from timm.models.beit import Beit
from torch import nn

from attacker.errors import ArchitectureError
from attacker.networks.lora import Place, adapters, is_adapters, places_of

RANK = 2


def plain_transformer() -> nn.Module:
    return timm.create_model("test_vit", img_size=64, num_classes=0)


def torchvisions_transformer() -> nn.Module:
    """Its attention projects by one matrix that is no layer."""
    return torchvision.models.VisionTransformer(64, 16, 2, 2, 32, 64)


def reading_past_its_layers() -> nn.Module:
    """BEiT takes the weight of its projection, and never calls the layer."""
    return Beit(img_size=64, patch_size=16, embed_dim=32, depth=2, num_heads=2, num_classes=0)


def windows() -> nn.Module:
    """torchvision's Swin hands the weights of its layers to a function."""
    return torchvision.models.SwinTransformer([4, 4], 16, [1, 1], [1, 2], [4, 4])


def convolutions() -> nn.Module:
    return timm.create_model("test_resnet", num_classes=0, zero_init_last=False)  # else branches add nothing


NETWORKS = [plain_transformer, torchvisions_transformer, reading_past_its_layers, windows, convolutions]


@pytest.fixture(params=NETWORKS, ids=[build.__name__ for build in NETWORKS])
def network(request: pytest.FixtureRequest) -> nn.Module:
    build: Callable[[], nn.Module] = request.param
    torch.manual_seed(0)
    return build().eval().requires_grad_(False)


def photos() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def answers_of(network: nn.Module) -> torch.Tensor:
    """As validation and prediction ask: torch's own attention goes another way where gradients are wanted."""
    return network(photos())


def learnt(network: nn.Module) -> dict[str, nn.Parameter]:
    return {name: parameter for name, parameter in network.named_parameters() if is_adapters(name)}


def taught(network: nn.Module) -> None:
    """Give the adapters values as if they had learnt."""
    torch.manual_seed(2)
    with torch.no_grad():
        for parameter in learnt(network).values():
            parameter.add_(torch.randn_like(parameter) / 10)


def test_new_adapters_change_no_bit(network: nn.Module) -> None:
    before = answers_of(network)
    with adapters(places_of(network.modules(), RANK), RANK, alpha=4.0, seed=0):
        assert torch.equal(answers_of(network), before)


def test_every_adapter_learns(network: nn.Module) -> None:
    places = places_of(network.modules(), RANK)
    with adapters(places, RANK, alpha=4.0, seed=0):
        taught(network)
        network(photos()).square().sum().backward()
        gradients = {name: parameter.grad for name, parameter in learnt(network).items()}
    assert len(gradients) == 2 * len(places) > 0
    assert [name for name, gradient in gradients.items() if gradient is None or not gradient.any()] == []


def test_merged_they_give_the_same_bits_under_the_names_that_the_network_had(network: nn.Module) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    places = places_of(network.modules(), RANK)
    with adapters(places, RANK, alpha=4.0, seed=0):
        taught(network)
        answers = answers_of(network)
    after = network.state_dict()
    assert after.keys() == before.keys()
    assert torch.equal(answers_of(network), answers)
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    assert len(changed) == len(places)
    for name in changed:
        difference = (after[name] - before[name]).flatten(1).double()
        assert int(torch.linalg.matrix_rank(difference, rtol=1e-3)) == RANK


def test_merging_keeps_the_layout_of_convolutions() -> None:
    layer = nn.Conv2d(8, 8, 3).to(memory_format=torch.channels_last)
    with adapters([Place(layer, "weight")], RANK, alpha=4.0, seed=0):
        taught(layer)
    assert layer.weight.is_contiguous(memory_format=torch.channels_last)


def test_the_seed_decides_the_first_values() -> None:
    def first(seed: int) -> torch.Tensor:
        layer = nn.Linear(8, 8)
        with adapters([Place(layer, "weight")], RANK, alpha=4.0, seed=seed):
            return learnt(layer)["parametrizations.weight.0.down"].detach().clone()

    assert torch.equal(first(3), first(3))
    assert not torch.equal(first(3), first(4))


def test_matrices_that_an_adapter_would_not_make_cheaper_have_none() -> None:
    layers = nn.Sequential(nn.Conv2d(64, 64, 3, groups=64), nn.Linear(64, 2), nn.Linear(64, 64))
    assert [place.module for place in places_of(layers.modules(), RANK)] == [layers[2]]


def test_without_any_matrix_it_says_what_to_do() -> None:
    with pytest.raises(ArchitectureError, match="lower lora_rank"), adapters([], 64, alpha=4.0, seed=0):
        pass


def test_adapters_are_merged_in_full_precision_whatever_autocast_says() -> None:
    layer = nn.Linear(32, 32, bias=False)
    x = torch.rand(4, 32)
    with adapters([Place(layer, "weight")], RANK, alpha=4.0, seed=0):
        taught(layer)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answers = layer(x)
            assert layer.weight.dtype == torch.float32
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(layer(x), answers)
