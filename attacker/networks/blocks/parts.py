"""Pieces of a transformer that may ask the whole network, which they do not own."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from attacker.networks.heads import NeckFunction, Stages

Pieces = tuple[Stages, NeckFunction, int]


class Part(nn.Module):
    """Some modules of a network as a stage that may ask the whole network, which it does not own."""

    def __init__(self, network: Any, *owned: str) -> None:
        super().__init__()
        self.whole = (network,)  # in a tuple: not this stage's own
        for name in owned:
            self._own(name, getattr(network, name, None))

    def _own(self, name: str, part: Any) -> None:
        if isinstance(part, nn.Module):
            self.add_module(name, part)
        elif isinstance(part, nn.Parameter):
            self.register_parameter(name, part)


class LastBlockNeck:
    """The last block, the norm and the network's own pooling."""

    def __init__(self, network: Any, block: nn.Module) -> None:
        self.network, self.block = network, block

    def __call__(self, tokens: Tensor) -> Tensor:
        return self.network.forward_head(  # type: ignore[no-any-return]
            self.network.norm(self.block(tokens)), pre_logits=True
        )


class NormNeck:
    """The norm and the network's own pooling."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, tokens: Tensor) -> Tensor:
        return self.network.forward_head(  # type: ignore[no-any-return]
            self.network.norm(tokens), pre_logits=True
        )
