"""MViTv2 and Hiera, whose blocks leave fewer patches than they are given."""

from __future__ import annotations

from math import isqrt
from typing import Any

import torch
from torch import Tensor, nn

from attacker.networks.blocks.parts import LastBlockNeck, Part, Pieces
from attacker.networks.heads import NeckFunction, PreLogits


class MvitEmbedding(Part):
    """MViTv2's step from pixels to tokens."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "cls_token", "pos_embed")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, prefix + g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        tokens, _ = network.patch_embed(x)
        if network.cls_token is not None:
            tokens = torch.cat((network.cls_token.expand(len(x), -1, -1), tokens), dim=1)
        return tokens if network.pos_embed is None else tokens + network.pos_embed  # type: ignore[no-any-return]


class MvitBlock(nn.Module):
    """One block of MViTv2, which may leave fewer patches than it is given."""

    def __init__(self, block: nn.Module, prefix: int) -> None:
        super().__init__()
        self.block, self.prefix = block, prefix

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens of tokens, [n, prefix + g * g, D]."""
        side = isqrt(x.shape[1] - self.prefix)
        tokens, _ = self.block(x, [side, side])
        return tokens  # type: ignore[no-any-return]


class HieraEmbedding(Part):
    """Hiera's step from pixels to tokens, in the order in which its blocks pool them."""

    def __init__(self, network: Any) -> None:
        super().__init__(
            network, "patch_embed", "pos_embed", "pos_embed_win", "pos_embed_spatial", "pos_embed_temporal"
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, T, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        return network.unroll(network._pos_embed(network.patch_embed(x)))  # type: ignore[no-any-return]


class HieraMap(Part):
    """Hiera's last block, and its tokens put where they belong."""

    def __init__(self, network: Any) -> None:
        super().__init__(network)
        self.block = network.blocks[-1]
        self.number = len(network.blocks) - 1

    def forward(self, x: Tensor) -> Tensor:
        """Return a map, [n, D, h, w], of tokens [n, T, D]."""
        placed: Tensor = self.whole[0].reroll(self.block(x), self.number)
        return placed.permute(0, 3, 1, 2)


class TokensNeck:
    """A neck for tokens, given a map of their cells."""

    def __init__(self, neck: NeckFunction) -> None:
        self.neck = neck

    def __call__(self, x: Tensor) -> Tensor:
        return self.neck(x.flatten(2).transpose(1, 2))


def cut_mvit(network: Any) -> Pieces:
    """Return the stages of MViTv2, its neck, and the number of tokens before the patches'."""
    prefix = network.num_prefix_tokens
    *blocks, last = (MvitBlock(block, prefix) for stage in network.stages for block in stage.blocks)
    return (MvitEmbedding(network), *blocks), LastBlockNeck(network, last), prefix


def cut_hiera(network: Any) -> Pieces:
    """Return the stages of Hiera, its neck, and the number of tokens before the patches'."""
    stages = (HieraEmbedding(network), *network.blocks[:-1], HieraMap(network))
    return stages, TokensNeck(PreLogits(network)), 0
