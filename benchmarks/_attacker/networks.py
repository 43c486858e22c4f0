"""The networks as the attacker has them."""

from __future__ import annotations

import torch
from torch import nn

from attacker import AttackerConfig
from attacker.features.extractor import Frozen
from attacker.networks.runtime import runtime
from attacker.networks.staged import StagedNetwork, build
from attacker.training.trained import channels_last
from benchmarks._attacker.plain import CLASSES, SIZE


def our_network(precision: str, device: str) -> tuple[StagedNetwork, Frozen]:
    config = AttackerConfig.quick(precision=precision, device=device)
    network = channels_last(build(config, CLASSES)).to(device)
    return network, Frozen(network, config.architecture, len(network.stages) - 2, SIZE, runtime(config))


def our_studys_network(device: str) -> StagedNetwork:
    config = AttackerConfig(architecture="resnet152", weights="random", device=device)
    return build(config, CLASSES).to(device)


def same_head(plain: nn.Module, network: StagedNetwork) -> None:
    with torch.no_grad():
        weight = torch.empty(network.head.weight.shape)
        network.head.weight.copy_(weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(0)))
        plain.classifier.weight.copy_(network.head.weight)
        plain.classifier.bias.copy_(network.head.bias)
