"""Vision transformers, cut block by block, and the grid that the tokens of their patches lie on.

A classifier that reads the class token ignores what happens to the patches after the attention of the last
block. The last map is therefore the input of the last block, and that block belongs to the neck.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import Any

import timm
import torch
import torchvision
from torch import Tensor, nn

from attacker.errors import NoMapError


class TorchvisionEmbedding(nn.Module):
    """torchvision's step from pixels to tokens, the class token first and positions added."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.patches = network.conv_proj
        self.class_token = network.class_token
        self.places = network.encoder.pos_embedding
        self.dropout = network.encoder.dropout

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, 1 + g * g, D], of pixels [n, 3, s, s]."""
        patches = self.patches(x).flatten(2).transpose(1, 2)  # [n, g * g, D]
        tokens = torch.cat([self.class_token.expand(len(patches), -1, -1), patches], dim=1)
        return self.dropout(tokens + self.places)  # type: ignore[no-any-return]


class TimmEmbedding(nn.Module):
    """timm's step from pixels to tokens: what its `forward_features` does before the first block."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.whole = (network,)  # in a tuple: blocks and head are not this stage's own
        self.parts = nn.ModuleList(
            [network.patch_embed, network.pos_drop, network.patch_drop, network.norm_pre]
        )
        for name, parameter in network.named_parameters(recurse=False):  # class token and positions
            self.register_parameter(name, parameter)

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, T, D], of pixels [n, 3, s, s]."""
        network = self.whole[0]
        tokens = network._pos_embed(network.patch_embed(x))
        return network.norm_pre(network.patch_drop(tokens))  # type: ignore[no-any-return]


class ClassTokenNeck:
    """torchvision's last block and norm, then the class token."""

    def __init__(self, network: Any) -> None:
        self.block, self.norm = network.encoder.layers[-1], network.encoder.ln

    def __call__(self, tokens: Tensor) -> Tensor:
        return self.norm(self.block(tokens))[:, 0]  # type: ignore[no-any-return]


class TimmNeck:
    """timm's last block and norm, then its own pooling."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, tokens: Tensor) -> Tensor:
        last = self.network.norm(self.network.blocks[-1](tokens))
        return self.network.forward_head(last, pre_logits=True)  # type: ignore[no-any-return]


def block_by_block(network: Any) -> Iterator[tuple[tuple[nn.Module, ...], Any, int]]:
    """Yield a plain vision transformer's stages, its neck, and the number of tokens before the patches'.

    Examples
    --------
    >>> list(block_by_block(nn.Linear(2, 2)))
    []
    """
    if isinstance(network, torchvision.models.VisionTransformer):
        yield (TorchvisionEmbedding(network), *network.encoder.layers[:-1]), ClassTokenNeck(network), 1
    if isinstance(network, timm.models.VisionTransformer):
        stages = (TimmEmbedding(network), *network.blocks[:-1])
        yield stages, TimmNeck(network), network.num_prefix_tokens


def on_grid(feature_map: Tensor, prefix: int | None) -> Tensor:
    """Return a feature map, or the tokens of patches, as a grid of cells.

    Parameters
    ----------
    feature_map
        [n, C, h, w], or tokens [n, prefix + g * g, C].
    prefix
        Number of tokens at the beginning that stand for no patch (class token, registers); None where tokens
        have no known place.

    Returns
    -------
    [n, C, h, w].

    Raises
    ------
    NoMapError
        If there is no grid.

    Examples
    --------
    >>> on_grid(torch.zeros(2, 1 + 7 * 7, 16), prefix=1).shape
    torch.Size([2, 16, 7, 7])
    """
    if feature_map.ndim == 4:
        return feature_map
    cells = 0 if prefix is None or feature_map.ndim != 3 else feature_map.shape[1] - prefix
    side = isqrt(max(cells, 0))
    if side < 2 or side**2 != cells:
        raise NoMapError("the last features of this network are no spatial feature map")
    patches = feature_map[:, prefix:].transpose(1, 2)
    return patches.reshape(*patches.shape[:2], side, side)
