"""The packaged network twice: as one would take it, and as the attacker has it."""

from __future__ import annotations

import timm
import torch
from torch import nn

from attacker import AttackerConfig
from attacker.architectures import StagedNetwork, build
from attacker.devices import runtime
from attacker.frozen import Frozen
from attacker.packaged import packaged_state
from attacker.trained import channels_last

CLASSES, SIZE = 3, 224


def plain_network(device: str) -> nn.Module:
    """The packaged network as one would take it: unfolded, contiguous, float32."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    network.load_state_dict(packaged_state("efficientnet_lite0"))
    network.reset_classifier(CLASSES)
    return network.eval().to(device)


def our_network(precision: str, device: str) -> tuple[StagedNetwork, Frozen]:
    config = AttackerConfig.quick(precision=precision, device=device)
    network = channels_last(build(config, CLASSES)).to(device)
    return network, Frozen(network, config.architecture, len(network.stages) - 2, SIZE, runtime(config))


def same_head(plain: nn.Module, network: StagedNetwork) -> None:
    with torch.no_grad():
        weight = torch.empty(network.head.weight.shape)
        network.head.weight.copy_(weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(0)))
        plain.classifier.weight.copy_(network.head.weight)
        plain.classifier.bias.copy_(network.head.bias)
