"""XCiT, CaiT and VOLO, whose last blocks alone read the class."""

from __future__ import annotations

from math import isqrt
from typing import Any

import torch
from torch import Tensor, nn

from attacker.networks.blocks.parts import Part, Pieces
from attacker.networks.heads import ToChannelsFirst

_BEFORE_PLACES = 2  # of VOLO's parts: outlookers and the step to fewer cells


class XcitEmbedding(Part):
    """XCiT's step from pixels to tokens of patches."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "pos_embed", "pos_drop")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        tokens, (rows, columns) = network.patch_embed(x)
        if network.pos_embed is not None:
            places = network.pos_embed(len(x), rows, columns).reshape(len(x), -1, tokens.shape[1])
            tokens = tokens + places.permute(0, 2, 1)
        return network.pos_drop(tokens)  # type: ignore[no-any-return]


class OnSquare(nn.Module):
    """A block that asks for the rows and columns of the patches."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens of tokens, [n, g * g, D]."""
        side = isqrt(x.shape[1])
        return self.block(x, side, side)  # type: ignore[no-any-return]


class XcitNeck:
    """XCiT's blocks that read the class, its norm and its own pooling."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, tokens: Tensor) -> Tensor:
        network = self.network
        read = network.forward_cls(tokens) if network.cls_attn_blocks is not None else tokens
        return network.forward_head(network.norm(read), pre_logits=True)  # type: ignore[no-any-return]


class CaitEmbedding(Part):
    """CaiT's step from pixels to tokens of patches."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "pos_embed", "pos_drop")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        return network.pos_drop(network.patch_embed(x) + network.pos_embed)  # type: ignore[no-any-return]


class CaitNeck:
    """CaiT's blocks that read the class, its norm and its own pooling."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, tokens: Tensor) -> Tensor:
        network = self.network
        read = network.cls_token.expand(len(tokens), -1, -1)
        for block in network.blocks_token_only:
            read = block(tokens, read)
        both = network.norm(torch.cat((read, tokens), dim=1))
        return network.forward_head(both, pre_logits=True)  # type: ignore[no-any-return]


class VoloEmbedding(Part):
    """VOLO's step from pixels to cells, its outlook on them, and their places."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "pos_embed", "pos_drop")
        self.outlook = nn.Sequential(*network.network[:_BEFORE_PLACES])

    def forward(self, x: Tensor) -> Tensor:
        """Return cells, [n, g, g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        cells = self.outlook(network.patch_embed(x).permute(0, 2, 3, 1))
        return network.pos_drop(cells + network.pos_embed)  # type: ignore[no-any-return]


class VoloNeck:
    """VOLO's blocks that read the class, its norm and its own pooling."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, cells: Tensor) -> Tensor:
        network = self.network
        tokens = cells.flatten(2).transpose(1, 2)
        read = tokens if network.post_network is None else network.forward_cls(tokens)
        return network.forward_head(network.norm(read), pre_logits=True)  # type: ignore[no-any-return]


def cut_xcit(network: Any) -> Pieces:
    """Return the stages of XCiT, its neck, and the number of tokens before the patches'."""
    return (XcitEmbedding(network), *map(OnSquare, network.blocks)), XcitNeck(network), 0


def cut_cait(network: Any) -> Pieces:
    """Return the stages of CaiT, its neck, and the number of tokens before the patches'."""
    return (CaitEmbedding(network), *network.blocks), CaitNeck(network), 0


def cut_volo(network: Any) -> Pieces:
    """Return the stages of VOLO, its neck, and the number of tokens before the patches'."""
    *stages, last = network.network[_BEFORE_PLACES:]
    return (VoloEmbedding(network), *stages, nn.Sequential(last, ToChannelsFirst())), VoloNeck(network), 0
