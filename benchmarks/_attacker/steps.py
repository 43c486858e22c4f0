"""One optimizer step of the whole network, beside plain float32."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torchvision
from torch import nn

from attacker import AttackerConfig
from attacker.architectures import StagedNetwork, build
from attacker.devices import Runtime
from attacker.trained import channels_last
from benchmarks._attacker.networks import CLASSES, our_network, plain_network
from benchmarks._attacker.rows import Row, beside


def full_step_rows(x: torch.Tensor, repeats: int) -> list[Row]:
    """One optimizer step of the whole network: the study's own, and the offline one."""
    offline, (lite0, frozen) = plain_network(), our_network("auto")
    study = torchvision.models.resnet152(weights=None, num_classes=CLASSES)
    ours = channels_last(
        build(AttackerConfig(architecture="resnet152", weights="random", device="cpu"), CLASSES)
    )
    first = step_row("full fine-tuning step, resnet152", study, ours, frozen.runtime, x, repeats)
    second = step_row("full fine-tuning step, efficientnet_lite0", offline, lite0, frozen.runtime, x, repeats)
    return [first, second]


def step_row(
    name: str, plain: nn.Module, network: StagedNetwork, where: Runtime, x: torch.Tensor, repeats: int
) -> Row:
    def forward(batch: torch.Tensor) -> torch.Tensor:
        with where.autocast():
            return network(batch)

    labels = torch.arange(len(x)) % CLASSES
    packed = x.contiguous(memory_format=torch.channels_last)
    plainly = stepper(plain, plain, x, labels, fused=False)
    return beside(name, plainly, stepper(network, forward, packed, labels, fused=True), 2.0, repeats)


def stepper(
    network: nn.Module,
    forward: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    labels: torch.Tensor,
    *,
    fused: bool,
) -> Callable[[], None]:
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-5, fused=fused)

    def step() -> None:
        loss = nn.functional.cross_entropy(forward(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
