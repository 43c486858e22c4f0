"""Maps of the libraries' own networks equal those of pytorch-grad-cam with its reshape transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from attacker.attention.grad_cam import grad_cam
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.zoo import source
from tests.attacker.attention.test_grad_cam import as_the_peer_scales

Reshape = Callable[[Tensor], Tensor] | None
LARGEST = 1e-5  # difference of two maps in [0, 1]


def channels_last(cells: Tensor) -> Tensor:
    return cells.permute(0, 3, 1, 2)


def patches(prefix: int) -> Callable[[Tensor], Tensor]:
    def grid(tokens: Tensor) -> Tensor:
        side = int((tokens.shape[1] - prefix) ** 0.5)
        return tokens[:, prefix:].reshape(len(tokens), side, side, -1).permute(0, 3, 1, 2)

    return grid


# Name, side, the layer of the library's own network whose output the last map is, and how that is a grid.
PEERS: list[tuple[str, int, Callable[[Any], nn.Module], Reshape]] = [
    ("resnet18", 64, lambda whole: whole.layer4[-1], None),
    ("timm:convnext_atto", 64, lambda whole: whole.stages[-1], None),
    ("timm:vit_tiny_patch16_224", 224, lambda whole: whole.blocks[-2], patches(1)),
    ("timm:swin_tiny_patch4_window7_224", 224, lambda whole: whole.norm, channels_last),
    ("swin_t", 64, lambda whole: whole.norm, channels_last),
    ("vit_b_32", 224, lambda whole: whole.encoder.layers[-2], patches(1)),
    ("timm:vit_small_patch16_dinov3", 64, lambda whole: whole.blocks[-2], patches(5)),
]
SLOW = {"vit_b_32", "timm:swin_tiny_patch4_window7_224"}


def whole_and_ours(name: str, side: int) -> tuple[nn.Module, StagedNetwork]:
    """Return the library's network with a head of ours, and our network in pieces with the same weights."""
    ours = staged(name, "random", side, "adapt", 5)
    nn.init.normal_(ours.head.weight, 0, 0.5, generator=torch.Generator().manual_seed(1))
    whole: Any = source(name, "random").network.eval()
    if hasattr(whole, "reset_classifier"):
        whole.reset_classifier(5)
    else:
        last = [key for key, part in whole.named_modules() if isinstance(part, nn.Linear)][-1]
        parent, _, key = last.rpartition(".")
        setattr(whole.get_submodule(parent), key, nn.Linear(ours.head.in_features, 5))
    linear = [part for part in whole.modules() if isinstance(part, nn.Linear) and part.out_features == 5][-1]
    linear.load_state_dict(ours.head.state_dict())
    return whole.eval(), ours.eval()


@pytest.mark.sampled
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "side", "layer", "reshape"),
    [pytest.param(*peer, marks=[pytest.mark.slow] if peer[0] in SLOW else []) for peer in PEERS],
)
def test_maps_equal_those_of_pytorch_grad_cam(
    name: str, side: int, layer: Callable[[Any], nn.Module], reshape: Reshape
) -> None:
    whole, network = whole_and_ours(name, side)
    x = torch.rand(3, 3, side, side, generator=torch.Generator().manual_seed(2)) * 4 - 2
    targets = [0, 4, 2]
    with torch.no_grad():
        torch.testing.assert_close(network(x), whole(x), rtol=1e-4, atol=1e-5)
        ours = grad_cam(network, network.run(x), torch.tensor(targets)).numpy()
    with GradCAM(whole, [layer(whole)], reshape_transform=reshape) as cam:
        theirs = cam(x, [ClassifierOutputTarget(target) for target in targets])
    assert theirs.std() > 0.05
    assert np.abs(as_the_peer_scales(ours, side) - theirs).max() <= LARGEST
