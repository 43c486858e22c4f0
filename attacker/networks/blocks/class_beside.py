"""ConViT, PiT and NaFlexViT, whose class token, or registers, go beside the patches from some block on."""

from __future__ import annotations

from math import isqrt
from typing import Any

import torch
from torch import Tensor, nn

from attacker.networks.blocks.parts import LastBlockNeck, Part, Pieces


class ConvitEmbedding(Part):
    """ConViT's step from pixels to tokens of patches."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "pos_embed", "pos_drop")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        patches = network.patch_embed(x)
        return network.pos_drop(  # type: ignore[no-any-return]
            patches + network.pos_embed if network.use_pos_embed else patches
        )


class JoinedBlock(Part):
    """The block of ConViT that the class token joins."""

    def __init__(self, network: Any, block: nn.Module) -> None:
        super().__init__(network, "cls_token")
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, 1 + g * g, D], of tokens [n, g * g, D]."""
        joined = torch.cat((self.whole[0].cls_token.expand(len(x), -1, -1), x), dim=1)
        return self.block(joined)  # type: ignore[no-any-return]


class PitEmbedding(Part):
    """PiT's step from pixels to tokens."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "pos_embed", "cls_token", "pos_drop")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, prefix + g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        placed = network.pos_drop(network.patch_embed(x) + network.pos_embed)
        return torch.cat((network.cls_token.expand(len(x), -1, -1), placed.flatten(2).transpose(1, 2)), dim=1)


class PitPool(nn.Module):
    """PiT's step to fewer patches; the tokens before them have a layer of their own."""

    def __init__(self, pool: nn.Module, prefix: int) -> None:
        super().__init__()
        self.pool, self.prefix = pool, prefix

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens of tokens, [n, prefix + g * g, D]."""
        patches = x[:, self.prefix :].transpose(1, 2)
        side = isqrt(patches.shape[2])
        fewer, before = self.pool(patches.reshape(*patches.shape[:2], side, side), x[:, : self.prefix])
        return torch.cat((before, fewer.flatten(2).transpose(1, 2)), dim=1)


class NaflexEmbedding(Part):
    """NaFlexViT's step from square photos to tokens."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "embeds", "norm_pre")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, prefix + g * g, D], of pixels [n, 3, s, s]."""
        embedded = self.whole[0]._forward_embeds(x, patch_coord=None, patch_valid=None, attn_mask=None)
        return embedded["patches"]  # type: ignore[no-any-return]


def cut_convit(network: Any) -> Pieces:
    """Return the stages of ConViT, its neck, and the number of tokens before the patches'."""
    joined = network.local_up_to_layer
    blocks = [
        JoinedBlock(network, block) if number == joined else block
        for number, block in enumerate(network.blocks)
    ]
    prefix = int(joined < len(blocks) - 1)
    return (ConvitEmbedding(network), *blocks[:-1]), LastBlockNeck(network, blocks[-1]), prefix


def cut_pit(network: Any) -> Pieces:
    """Return the stages of PiT, its neck, and the number of tokens before the patches'."""
    stages: list[nn.Module] = [PitEmbedding(network)]
    for part in network.transformers:
        stages.extend([] if part.pool is None else [PitPool(part.pool, network.num_tokens)])
        stages.extend((part.norm, *part.blocks))
    *lower, last = (stage for stage in stages if not isinstance(stage, nn.Identity))
    return tuple(lower), LastBlockNeck(network, last), network.num_tokens


def cut_naflex(network: Any) -> Pieces:
    """Return the stages of NaFlexViT, its neck, and the number of tokens before the patches'."""
    *blocks, last = network.blocks
    return (NaflexEmbedding(network), *blocks), LastBlockNeck(network, last), network.num_prefix_tokens
