"""The attention weights of a transformer's blocks, recorded while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import sqrt
from typing import Any

from torch import Tensor, nn
from torch.nn import functional


@contextmanager
def recorded_attention(network: nn.Module) -> Iterator[list[Tensor]]:
    """Record the attention weights of every block that runs inside the context, in their order.

    The blocks compute them step by step meanwhile: a fused kernel keeps none.

    Parameters
    ----------
    network
        Of torchvision (`nn.MultiheadAttention`, of tokens to themselves, batch first) or timm (weights pass
        `attn_drop`).

    Yields
    ------
    A list that grows by one tensor [n, heads, T, T] a block; rows sum to 1.

    Examples
    --------
    >>> import torch, timm
    >>> network = timm.create_model("test_vit").eval()
    >>> with recorded_attention(network) as weights:
    ...     logits = network(torch.zeros(1, 3, 160, 160))
    >>> [tuple(one_block.shape) for one_block in weights][:1], len(weights)
    ([(1, 2, 101, 101)], 6)
    """
    weights: list[Tensor] = []
    with ExitStack() as stack:
        for module in network.modules():
            if isinstance(module, nn.MultiheadAttention):
                _record_torch(module, weights, stack)
            elif isinstance(getattr(module, "attn_drop", None), nn.Module):
                _record_timm(module, weights, stack)
        yield weights


def _record_torch(attention: nn.MultiheadAttention, weights: list[Tensor], stack: ExitStack) -> None:
    """Let torch's module compute step by step: the weights that it returns itself carry no gradient."""

    def forward(x: Tensor, *_same: Tensor, **_options: object) -> tuple[Tensor, None]:
        projected = functional.linear(x, attention.in_proj_weight, attention.in_proj_bias)
        query, key, value = (
            part.unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)  # type: ignore[no-untyped-call]
            for part in projected.chunk(3, dim=-1)
        )  # each [n, heads, T, d]
        weights.append((query @ key.transpose(-2, -1) / sqrt(query.shape[-1])).softmax(dim=-1))
        return attention.out_proj((weights[-1] @ value).transpose(1, 2).flatten(2)), None

    stack.callback(delattr, attention, "forward")
    setattr(attention, "forward", forward)  # noqa: B010 - mypy forbids to assign to a method


def _record_timm(attention: Any, weights: list[Tensor], stack: ExitStack) -> None:
    def keep(_: nn.Module, inputs: tuple[Tensor]) -> None:
        weights.append(inputs[0])

    stack.callback(attention.attn_drop.register_forward_pre_hook(keep).remove)
    if getattr(attention, "fused_attn", False):
        attention.fused_attn = False
        stack.callback(setattr, attention, "fused_attn", True)
