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


class Shifted(nn.ReLU):
    """A subclass that does more than to cut off."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + 1


def hooked(place: int, *, before: bool) -> nn.Sequential:
    """A convolution and its activation, one of them with a hook that changes what it reads or returns."""
    stage = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU())
    if before:
        stage[place].register_forward_pre_hook(lambda _module, inputs: (inputs[0] + 1,))
    else:
        stage[place].register_forward_hook(lambda _module, _inputs, output: output + 1)
    return stage


LEFT_ALONE = {
    "read twice": ReadTwice(),
    "one activation for all": SharedActivation(),
    "mirrored border": Reflecting(),
    "border by name": nn.Sequential(nn.Conv2d(3, 3, 3, padding="same"), nn.ReLU()),
    "a subclass": nn.Sequential(nn.Conv2d(3, 3, 1), Shifted()),
    "hook before the convolution": hooked(0, before=True),
    "hook after the convolution": hooked(0, before=False),
    "hook before the activation": hooked(1, before=True),
    "hook after the activation": hooked(1, before=False),
    "no convolution": nn.GELU(),
}


@pytest.mark.parametrize("stage", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_cannot_be_fused_stays_as_it_is(stage: nn.Module) -> None:
    x = torch.randn(2, 3, 8, 8)
    quick = fused([stage.eval()], x[:1])
    assert not _fused_in(quick)
    with torch.no_grad():
        assert torch.equal(quick(x), stage(x))


class ReadsTheWeights(nn.Module):
    """The size of the weights scales the output."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 4, 1), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        assert self.conv.bias is not None
        return self.act(self.conv(x)) * self.conv.weight.abs().mean() * self.conv.bias.abs().mean()


def test_other_layers_may_read_the_weights_of_a_fused_convolution() -> None:
    x, stage = torch.randn(2, 3, 8, 8), ReadsTheWeights().eval()
    quick = fused([stage], x[:1])
    assert _fused_in(quick) == 1
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(quick(x), stage(x))


SHAPES = {
    "grouped": nn.Conv2d(6, 6, 3, groups=3),
    "depthwise": nn.Conv2d(6, 12, 3, groups=6, padding=1),
    "dilated": nn.Conv2d(6, 8, 3, dilation=2, padding=2),
    "lower on one side": nn.Conv2d(6, 8, (1, 5), padding=(0, 2), stride=(2, 1)),
    "without a bias": nn.Conv2d(6, 8, 3, bias=False),
}


@pytest.mark.parametrize("convolution", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("size", [(7, 9), (31, 5)])
def test_convolutions_of_every_shape_keep_their_bits(convolution: nn.Conv2d, size: tuple[int, int]) -> None:
    x = torch.randn(3, 6, *size).contiguous(memory_format=torch.channels_last)
    stages = [convolution.eval(), nn.ReLU6()]
    quick = fused(stages, x[:1])
    assert _fused_in(quick) == 1
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(quick(x), stages[1](convolution(x)))
