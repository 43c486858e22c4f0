"""One optimizer step of the whole network, beside plain float32."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import torch
import torchvision
from torch import nn

from attacker import AttackerConfig
from attacker.architectures import StagedNetwork, build
from attacker.devices import Runtime, repeatable, runtime
from attacker.trained import channels_last
from benchmarks._attacker.networks import CLASSES, our_network, plain_network
from benchmarks._attacker.rows import Row, beside, timed

COMPILING = ", compiling it included"
NOT_COMPILED = "on CUDA only: compiling gains nothing for training on a CPU, and takes minutes"


def full_step_rows(x: torch.Tensor, repeats: int) -> list[Row]:
    """One optimizer step of the whole network: the study's own, and the offline one."""
    device = x.device.type
    offline, (lite0, _) = plain_network(device), our_network("auto", device)
    where = runtime(AttackerConfig(device=x.device.type, compile="always"))
    study, ours = studys_network(device)
    ours = channels_last(ours)
    first = step_row("full fine-tuning step, resnet152", study, ours, where, x, repeats)
    second = step_row("full fine-tuning step, efficientnet_lite0", offline, lite0, where, x, repeats)
    return [first, second]


def studys_network(device: str) -> tuple[nn.Module, StagedNetwork]:
    """ResNet152 as torchvision has it, and as the attacker has it."""
    plain = torchvision.models.resnet152(weights=None, num_classes=CLASSES)
    config = AttackerConfig(architecture="resnet152", weights="random", device=device)
    return plain.to(device), build(config, CLASSES).to(device)


def step_parts(x: torch.Tensor, repeats: int) -> dict[str, dict[str, object]]:
    """What each of the means does by itself to a step of ResNet152; they carry no goals of their own."""
    plain, ours = studys_network(x.device.type)
    laid_out = channels_last(deepcopy(ours))
    fast = runtime(AttackerConfig(device=x.device.type, compile="always"))
    slow = replace(fast, precision="fp32", compiles_from=math.inf)
    cases = {
        "folded batch norm, fused optimizer": (ours, x, slow),
        "the same and channels last": (laid_out, packed(x), slow),
        "the same and bf16": (laid_out, packed(x), replace(fast, compiles_from=math.inf)),
    }
    if compiles(fast):
        cases["the same and compiled"] = (laid_out, packed(x), fast)
    baseline = stepper(plain, plain, x, fused=False)
    rows = [
        beside(f"step of resnet152: {name}", baseline, ours_stepper(*case), None, repeats)
        for name, case in cases.items()
    ]
    found = {row.name: row.entry() for row in rows}
    return found if compiles(fast) else {**found, "compiled": {"ratio": None, "note": NOT_COMPILED}}


def step_row(
    name: str, plain: nn.Module, network: StagedNetwork, where: Runtime, x: torch.Tensor, repeats: int
) -> Row:
    plainly, ours = stepper(plain, plain, x, fused=False), ours_stepper(network, packed(x), where)
    first = timed(ours)
    row = beside(name, plainly, ours, 2.0, repeats)
    return replace(row, note=f"the first step took {first:.1f} s{COMPILING if compiles(where) else ''}")


def compiles(where: Runtime) -> bool:
    return where.compiles_from < math.inf


def packed(x: torch.Tensor) -> torch.Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def ours_stepper(network: StagedNetwork, x: torch.Tensor, where: Runtime) -> Callable[[], None]:
    compiled = where.compiled(network) if compiles(where) else network

    def forward(batch: torch.Tensor) -> torch.Tensor:
        with where.autocast():
            return compiled(batch)

    step = stepper(network, forward, x, fused=True)

    def as_the_attacker_does() -> None:
        with repeatable():
            step()

    return as_the_attacker_does


def stepper(
    network: nn.Module,
    forward: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    *,
    fused: bool,
) -> Callable[[], None]:
    labels = torch.arange(len(x), device=x.device) % CLASSES
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-5, fused=fused)

    def step() -> None:
        loss = nn.functional.cross_entropy(forward(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
