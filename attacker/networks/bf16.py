"""Convolutions that are trained in float32 on a CPU, where their bf16 gradients are several times slower."""

from __future__ import annotations

from types import MethodType

import torch
from torch import Tensor, nn


def train_slow_kernels_in_fp32(network: nn.Module) -> int:
    """Take the first convolution and the strided depthwise ones out of autocast while gradients are computed.

    On a CPU, bf16 has no fast gradient for the input of a strided depthwise convolution nor for the weight of
    a convolution with three input channels. Without gradients, and on other devices, nothing changes.

    Parameters
    ----------
    network
        Changed in place; parameters and their names stay.

    Returns
    -------
    How many convolutions were changed.

    Examples
    --------
    >>> train_slow_kernels_in_fp32(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)))
    1
    """
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    slow = [
        module
        for module in convolutions
        if module.in_channels == 3 or (module.groups == module.in_channels > 1 and max(module.stride) > 1)
    ]
    for module in slow:
        module.forward = MethodType(_forward, module)  # type: ignore[method-assign]
    return len(slow)


def _forward(module: nn.Conv2d, x: Tensor) -> Tensor:
    """Replace the forward pass of a slow convolution."""
    plain = type(module).forward
    if not torch.is_grad_enabled() or x.device.type != "cpu":
        return plain(module, x)
    with torch.autocast("cpu", enabled=False):
        return plain(module, x.float())
