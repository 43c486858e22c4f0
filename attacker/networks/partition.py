"""Stages of a network, checked to compute together what the whole computes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attacker.errors import ArchitectureError
from attacker.networks.blocks.other_transformers import other_blocks
from attacker.networks.blocks.several_grids import reason_without_map
from attacker.networks.heads import NeckFunction, Stages
from attacker.networks.proposals import proposals
from attacker.networks.vision_transformers import block_by_block


@dataclass(frozen=True)
class Cut:
    """A network in pieces.

    Parameters
    ----------
    stages
        Applied in order they give the last feature map, [n, C, h, w] (tokens [n, T, D] for a transformer).
    neck
        From that map to the classifier's input, [n, features].
    features
        Length of that input.
    prefix
        Number of tokens before those of the patches; None for a map, and for tokens without known places.
    no_map
        Why there is no last map, but only the classifier's input, [n, features]; empty where there is one.
    """

    stages: Stages
    neck: NeckFunction
    features: int
    prefix: int | None = None
    no_map: str = ""


def cut(network: nn.Module, probe: Tensor, architecture: str) -> Cut:
    """Cut a network without its classifier into stages.

    Parameters
    ----------
    network
        In evaluation mode; maps [n, 3, s, s] to [n, D].
    probe
        An input, [1, 3, s, s]; the pieces must compute from it what the whole computes.

    Raises
    ------
    ArchitectureError
        If no way of cutting gives the whole network's output.

    Examples
    --------
    >>> import timm
    >>> network = timm.create_model("test_resnet", num_classes=0).eval()
    >>> pieces = cut(network, torch.ones(1, 3, 64, 64), "test_resnet")
    >>> len(pieces.stages), pieces.features
    (6, 96)
    """
    with torch.no_grad():
        whole = network(probe)
        for blocks, pool, prefix in (*block_by_block(network), *other_blocks(network)):
            if _composes(blocks, pool, probe, whole):
                return Cut(blocks, pool, whole.shape[1], prefix)
        for stages, neck in proposals(network, probe):
            if _composes(stages, neck, probe, whole):
                return Cut(stages, neck, whole.shape[1])
        reason = reason_without_map(network)
        if reason is not None:
            return Cut((network,), nn.Identity(), whole.shape[1], no_map=reason)
    raise ArchitectureError(
        f"{architecture} cannot be cut into stages that run in order; choose another network, or timm's "
        "version of it (timm:<name>)"
    )


def _composes(stages: Stages, neck: NeckFunction, probe: Tensor, whole: Tensor) -> bool:
    try:
        x = neck(nn.Sequential(*stages)(probe))
    except (RuntimeError, TypeError, ValueError, AssertionError):
        return False  # modules in another order than they run; the next proposal may fit
    return x.shape == whole.shape and torch.allclose(
        x, whole, rtol=1e-4, atol=1e-5 * float(whole.abs().max())
    )
