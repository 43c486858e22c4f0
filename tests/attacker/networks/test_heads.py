"""The neck between a network's last map and our head: its gradient is laid out in memory as the map."""

from __future__ import annotations

import torch
from torch import nn

from attacker.networks.heads import Neck


def test_the_gradient_of_a_pooled_map_is_laid_out_as_the_map() -> None:
    maps = torch.randn(2, 8, 3, 3).contiguous(memory_format=torch.channels_last).requires_grad_()
    arriving: list[torch.Tensor] = []
    entering = maps * 1
    pooled = Neck([nn.AdaptiveAvgPool2d(1)], relu=False)(entering)
    entering.register_hook(arriving.append)
    weights = torch.randn(2, 8)
    (pooled * weights).sum().backward()
    (gradient,) = arriving
    assert gradient.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(gradient, (weights / 9)[..., None, None].expand(2, 8, 3, 3))


def test_tokens_have_their_gradient_too() -> None:
    tokens = torch.randn(2, 5, 4, requires_grad=True)
    Neck([nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.Flatten())], relu=False)(tokens).sum().backward()
    assert tokens.grad is not None
    torch.testing.assert_close(tokens.grad, torch.full((2, 5, 4), 1 / 4))
