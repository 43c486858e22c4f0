"""One optimizer step of the whole network, compared with plain float32."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial

import torch

from attacker import AttackerConfig
from attacker.networks.runtime import Runtime, runtime
from attacker.networks.staged import StagedNetwork
from attacker.training.optimizer import RunningAverage
from attacker.training.trained import channels_last
from benchmarks._attacker import plain
from benchmarks._attacker.networks import our_network, our_studys_network
from benchmarks._attacker.rows import Comparison, Row, timed

COMPILING = ", compiling it included"
NOT_COMPILED = "on CUDA only: compiling gains nothing for training on a CPU, and takes minutes"


def full_step_rows(x: torch.Tensor, compared: Comparison) -> list[Row]:
    """One optimizer step of the whole network: the study's own, and the offline one."""
    device = x.device.type
    networks = {
        "resnet152": channels_last(our_studys_network(device)),
        "efficientnet_lite0": our_network("auto", device)[0],
    }
    return [step_row(architecture, network, x, compared) for architecture, network in networks.items()]


def step_row(architecture: str, network: StagedNetwork, x: torch.Tensor, compared: Comparison) -> Row:
    where = runtime(AttackerConfig(device=x.device.type, compile="always"))
    ours = ours_stepper(network, packed(x), where)
    note = f"the first step took {timed(ours):.1f} s{COMPILING if compiles(where) else ''}"
    plain_step = partial(plain.training_step, architecture, len(x), x.device.type)
    return compared.compare(f"full fine-tuning step, {architecture}", plain_step, ours, 2.0, note)


def step_parts(x: torch.Tensor, compared: Comparison) -> dict[str, dict[str, object]]:
    """Time what each of the means does by itself to a step of ResNet152; they carry no goals of their own."""
    ours = our_studys_network(x.device.type)
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
    baseline = partial(plain.training_step, "resnet152", len(x), x.device.type)
    rows = [
        compared.compare(f"step of resnet152: {name}", baseline, ours_stepper(*case))
        for name, case in cases.items()
    ]
    parts = {row.name: row.entry() for row in rows}
    return parts if compiles(fast) else {**parts, "compiled": {"ratio": None, "note": NOT_COMPILED}}


def compiles(where: Runtime) -> bool:
    return where.compiles_from < math.inf


def packed(x: torch.Tensor) -> torch.Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def ours_stepper(network: StagedNetwork, x: torch.Tensor, where: Runtime) -> Callable[[], None]:
    compiled = where.compiled(network) if compiles(where) else network

    def forward(batch: torch.Tensor) -> torch.Tensor:
        with where.autocast():
            return compiled(batch)

    step = plain.stepper(network, forward, x, fused=True)
    average = RunningAverage(dict(network.named_parameters()), span=250)

    def step_and_average() -> None:
        step()
        average.update()

    return step_and_average
