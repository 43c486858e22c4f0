"""MLP-Mixer, ResMLP, gMLP, LeViT, EfficientFormer and Twins, which read patches alone, in order."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from attacker.networks.blocks.parts import NormNeck, Part, Pieces
from attacker.networks.blocks.pooling import TokensNeck
from attacker.networks.heads import PreLogits


class Patches(nn.Module):
    """A stem, and its map as tokens."""

    def __init__(self, stem: nn.Module) -> None:
        super().__init__()
        self.stem = stem

    def forward(self, x: Tensor) -> Tensor:
        """Return tokens, [n, g * g, D], of pixels [n, 3, s, s]."""
        return self.stem(x).flatten(2).transpose(1, 2)  # type: ignore[no-any-return]


class TwinsStage(Part):
    """One stage of Twins: patches of a map, its blocks, and their places after the first of them."""

    def __init__(self, network: Any, number: int) -> None:
        super().__init__(network)
        self.embedding, self.dropout = network.patch_embeds[number], network.pos_drops[number]
        self.first, *rest = network.blocks[number]
        self.places = network.pos_block[number]
        self.rest = nn.ModuleList(rest)

    def forward(self, x: Tensor) -> Tensor:
        """Return a map, [n, D, h, w], of a map."""
        tokens, size = self.embedding(x)
        tokens = self.places(self.first(self.dropout(tokens), size), size)
        for block in self.rest:
            tokens = block(tokens, size)
        return tokens.transpose(1, 2).unflatten(2, size).contiguous()  # type: ignore[no-any-return]


def cut_mixer(network: Any) -> Pieces:
    """Return the stages of a network of perceptrons over patches, its neck, and 0 tokens before them."""
    return (network.stem, *network.blocks), NormNeck(network), 0


def cut_levit(network: Any) -> Pieces:
    """Return the stages of LeViT, its neck, and 0 tokens before the patches'."""
    stem = network.stem if network.use_conv else Patches(network.stem)
    return (stem, *network.stages), PreLogits(network), 0


def cut_efficientformer(network: Any) -> Pieces:
    """Return the stages of EfficientFormer, whose last one ends in tokens, its neck, and 0 tokens before."""
    return (network.stem, *network.stages), NormNeck(network), 0


def cut_twins(network: Any) -> Pieces:
    """Return the stages of Twins, its neck, and 0 tokens before the patches'."""
    stages = tuple(TwinsStage(network, number) for number in range(len(network.blocks)))
    return stages, TokensNeck(NormNeck(network)), 0
