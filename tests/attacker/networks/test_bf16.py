"""Convolutions that are slow in bf16 train in float32 on a CPU, with the same values and names."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import nn

from attacker.config import AttackerConfig
from attacker.networks.bf16 import train_slow_kernels_in_fp32
from attacker.networks.runtime import runtime
from attacker.networks.staged import staged


def _network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.Conv2d(8, 8, 3, stride=2, groups=8),
        nn.Conv2d(8, 8, 3, groups=8),
        nn.Conv2d(8, 4, 1),
    )


def _types(network: nn.Module, x: torch.Tensor) -> list[torch.dtype]:
    seen: list[torch.dtype] = []
    hooks = [
        module.register_forward_hook(lambda _m, _x, output: seen.append(output.dtype)) for module in network
    ]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        network(x)
    for hook in hooks:
        hook.remove()
    return seen


def test_emulated_bf16_of_an_old_gpu_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    chosen = runtime(AttackerConfig(device="cuda"))
    assert chosen.precision == "fp32"
    assert "no bf16" in chosen.note


def test_only_slow_kernels_leave_bf16_and_only_while_gradients_are_kept() -> None:
    network, x = _network(), torch.rand(1, 3, 16, 16)
    assert train_slow_kernels_in_fp32(network) == 2
    full, half = torch.float32, torch.bfloat16
    assert _types(network, x) == [full, full, half, half]
    with torch.no_grad():
        assert _types(network, x) == [half] * 4


def test_values_gradients_and_names_stay() -> None:
    plain, x = _network(), torch.rand(2, 3, 16, 16)
    changed = deepcopy(plain)
    train_slow_kernels_in_fp32(changed)
    for network in (plain, changed):
        network(x).square().sum().backward()
    assert [name for name, _ in plain.named_parameters()] == [name for name, _ in changed.named_parameters()]
    for before, after in zip(plain.parameters(), changed.parameters(), strict=True):
        torch.testing.assert_close(before.grad, after.grad)


@pytest.mark.thorough
def test_a_copied_network_trains_its_own_convolutions() -> None:
    network = staged("timm:test_resnet", "random", 48, "frozen", 3)
    copied, x = deepcopy(network), torch.rand(1, 3, 48, 48)
    with torch.no_grad():
        for parameter in copied.parameters():
            parameter.zero_()
    assert copied(x).abs().sum() == 0
    copied(x).sum().backward()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert copied.head.bias.grad is not None


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["efficientnet_lite0", "timm:mobilenetv3_small_050"])
def test_a_mobile_networks_strided_convolutions_are_found(name: str) -> None:
    network = staged(name, "random", 64, "frozen", 3)
    assert sum("forward" in vars(module) for module in network.modules()) >= 4
