"""Convolutions that apply the activation after them give the bits of the network itself, in less time."""

from __future__ import annotations

import pytest
import torch
from timm.layers import Conv2dSame
from torch import Tensor, nn

from attacker import AttackerConfig
from attacker.features.fused_activations import FusedConvolution, fused
from attacker.networks.staged import build
from attacker.training.trained import channels_last


def _fused_in(module: nn.Module) -> int:
    return sum(isinstance(part, FusedConvolution) for part in module.modules())


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("architecture", "pairs"),
    [
        ("efficientnet_lite0", 33),
        ("timm:resnet18", 9),
        ("mobilenet_v2", 35),
        ("timm:vit_tiny_patch16_224", 0),
    ],
)
def test_features_keep_their_bits(architecture: str, pairs: int) -> None:
    image_size = 224 if "vit" in architecture else 96
    config = AttackerConfig(architecture=architecture, weights="random", image_size=image_size, device="cpu")
    network = channels_last(build(config, 3))
    x = torch.randn(5, 3, image_size, image_size).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        quick = fused(network.stages, x[:1])
        assert _fused_in(quick) == pairs
        assert torch.equal(quick(x), network.run(x))
    assert not _fused_in(network), "the network itself is trained, and stays as it is"


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("side", [7, 8, 9])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation"), [(3, 2, 1), (5, 2, 1), (2, 1, 1), (3, 2, 2), (1, 3, 1)]
)
def test_padding_is_tensorflows(side: int, kernel: int, stride: int, dilation: int, groups: int) -> None:
    convolution = Conv2dSame(3, 6, (kernel, 3), stride=stride, dilation=dilation, groups=groups).eval()
    x, stages = torch.randn(2, 3, side, 11), [convolution, nn.ReLU()]
    quick = fused(stages, x[:1])
    assert _fused_in(quick) == 1
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(quick(x), torch.relu(convolution(x)))


class ReadTwice(nn.Module):
    """A skip connection reads the convolution before its activation."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 3, 1), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return y + self.act(y)


class SharedActivation(nn.Module):
    """One activation after two convolutions and a sum, as in torchvision's ResNets."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.act = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1), nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.act(x + self.act(self.conv2(self.act(self.conv1(x)))))


class Reflecting(nn.Sequential):
    """A convolution that mirrors its input at the border."""

    def __init__(self) -> None:
        super().__init__(nn.Conv2d(3, 3, 3, padding=1, padding_mode="reflect"), nn.ReLU())


@pytest.mark.parametrize("stage", [ReadTwice(), SharedActivation(), Reflecting(), nn.GELU()])
def test_what_cannot_be_fused_stays_as_it_is(stage: nn.Module) -> None:
    x = torch.randn(2, 3, 8, 8)
    quick = fused([stage.eval()], x[:1])
    assert not _fused_in(quick)
    with torch.no_grad():
        assert torch.equal(quick(x), stage(x))
