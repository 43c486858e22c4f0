"""Convolutions that train in float32 on a CPU, because their bf16 gradients are several times slower."""

from __future__ import annotations

from types import MethodType

import torch
from torch import Tensor, nn


def train_slow_kernels_in_fp32(network: nn.Module) -> int:
    """Let the first convolution and the strided depthwise ones leave autocast while gradients are kept.

    On a CPU, bf16 has no fast gradient for the input of a strided depthwise convolution nor for the weight of
    one with three input channels. Without gradients, and on other devices, nothing changes.

    Parameters
    ----------
    network
        Changed in place; parameters and their names stay.

    Returns
    -------
    int
        How many convolutions.
    """
    slow = [module for module in network.modules() if isinstance(module, nn.Conv2d) and _is_slow(module)]
    for module in slow:
        module.forward = MethodType(_forward, module)  # type: ignore[method-assign]
    return len(slow)


def _is_slow(module: nn.Conv2d) -> bool:
    depthwise = module.groups == module.in_channels > 1
    return module.in_channels == 3 or (depthwise and max(module.stride) > 1)


def _forward(module: nn.Conv2d, x: Tensor) -> Tensor:
    plain = type(module).forward
    if not torch.is_grad_enabled() or x.device.type != "cpu":
        return plain(module, x)
    with torch.autocast("cpu", enabled=False):
        return plain(module, x.float())
