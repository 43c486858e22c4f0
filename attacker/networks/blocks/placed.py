"""EVA (EVA-02, DINOv3) and BEiT, whose blocks are told where each patch lies."""

from __future__ import annotations

from math import isqrt
from typing import Any

import torch
from torch import Tensor

from attacker.networks.blocks.parts import LastBlockNeck, Part, Pieces


class EvaEmbedding(Part):
    """EVA's step from pixels to tokens; positions that are rotated into each block come later."""

    def __init__(self, network: Any) -> None:
        super().__init__(
            network, "patch_embed", "cls_token", "reg_token", "pos_embed", "pos_drop", "norm_pre", "rope"
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, T, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        tokens, _ = network._pos_embed(network.patch_embed(x))
        return network.norm_pre(tokens)  # type: ignore[no-any-return]


class EvaBlock(Part):
    """One block of EVA, with the positions that are rotated into it."""

    def __init__(self, network: Any, number: int) -> None:
        super().__init__(network)
        self.block = network.blocks[number]
        self.number = number

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens of tokens, [n, T, D]."""
        return self.block(x, rope=self._positions(x.shape[1]))  # type: ignore[no-any-return]

    def _positions(self, tokens: int) -> Tensor | None:
        network = self.whole[0]
        if network.rope is None:
            return None
        if network.dynamic_img_size:
            side = isqrt(tokens - network.num_prefix_tokens)
            positions: Tensor = network.rope.get_embed(shape=(side, side))
        elif hasattr(network.rope, "feat_shape"):
            positions = network.rope.get_embed()
        else:
            positions = network.rope.get_embed(shape=network.patch_embed.grid_size)
        return positions[self.number] if getattr(network, "rope_mixed", False) else positions


class BeitEmbedding(Part):
    """BEiT's step from pixels to tokens."""

    def __init__(self, network: Any) -> None:
        super().__init__(network, "patch_embed", "cls_token", "pos_embed", "pos_drop", "rel_pos_bias")

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, 1 + g * g, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        patches = network.patch_embed(x)
        tokens = torch.cat((network.cls_token.expand(len(x), -1, -1), patches), dim=1)
        return network.pos_drop(  # type: ignore[no-any-return]
            tokens if network.pos_embed is None else tokens + network.pos_embed
        )


class BeitBlock(Part):
    """One block of BEiT, with the bias of places that all blocks may share."""

    def __init__(self, network: Any, number: int) -> None:
        super().__init__(network)
        self.block = network.blocks[number]

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens of tokens, [n, T, D]."""
        shared = self.whole[0].rel_pos_bias
        bias = shared() if shared is not None else None
        return self.block(x, shared_rel_pos_bias=bias)  # type: ignore[no-any-return]


def cut_eva(network: Any) -> Pieces:
    """Return the stages of EVA, its neck, and the number of tokens before the patches'."""
    *blocks, last = (EvaBlock(network, number) for number in range(len(network.blocks)))
    return (EvaEmbedding(network), *blocks), LastBlockNeck(network, last), network.num_prefix_tokens


def cut_beit(network: Any) -> Pieces:
    """Return the stages of BEiT, its neck, and the number of tokens before the patches'."""
    *blocks, last = (BeitBlock(network, number) for number in range(len(network.blocks)))
    return (BeitEmbedding(network), *blocks), LastBlockNeck(network, last), network.num_prefix_tokens
