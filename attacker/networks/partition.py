"""Stages of a network, found by observing a run and checked to compute together what the whole computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from attacker.errors import ArchitectureError
from attacker.networks.heads import (
    ForwardFeatures,
    FromChannelsFirst,
    Neck,
    PreLogits,
    ToChannelsFirst,
    ends_in_a_pool,
)
from attacker.networks.vision_transformers import block_by_block

NeckFunction = Callable[[Tensor], Tensor]
Stages = tuple[nn.Module, ...]

_CONTAINERS = ("blocks", "features", "layers", "stages", "trunk_output")
_MOST_LINEARS_IN_A_NECK = 3  # VGG's classifier has as many; a network's body after its last map has more


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
    """

    stages: Stages
    neck: NeckFunction
    features: int
    prefix: int | None = None


def cut(network: nn.Module, probe: Tensor, architecture: str) -> Cut:
    """Cut a network without its classifier into stages.

    Parameters
    ----------
    network
        In evaluation mode; maps [n, 3, s, s] to [n, D].
    probe
        An input, [1, 3, s, s]; the pieces must compute from it what the whole computes.
    architecture
        Its name, for the error.

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
        for blocks, pool, prefix in block_by_block(network):
            if _composes(blocks, pool, probe, whole):
                return Cut(blocks, pool, whole.shape[1], prefix)
        for stages, neck in _proposals(network, probe):
            pieces = _channels_first(stages, neck, probe)
            if pieces is not None and _composes(*pieces, probe, whole):
                return Cut(*pieces, whole.shape[1])
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


def _channels_first(stages: Stages, neck: Any, probe: Tensor) -> tuple[Stages, NeckFunction] | None:
    """Return the proposal, its last map turned to [n, C, h, w] where it is [n, h, w, C]."""
    try:
        last = nn.Sequential(*stages)(probe)
    except (RuntimeError, TypeError, ValueError, AssertionError):
        return None
    if not isinstance(last, Tensor):
        return None  # several branches at once: no single map
    if last.ndim == 4 and last.shape[1] == last.shape[2] != last.shape[3]:  # a square photo makes square maps
        return (*stages[:-1], nn.Sequential(stages[-1], ToChannelsFirst())), FromChannelsFirst(neck)
    return stages, neck


def _proposals(network: Any, probe: Tensor) -> Iterator[tuple[Stages, Neck | PreLogits]]:
    """Yield ways to cut: children in the order they run, then timm's own two halves."""
    spatial, rest = _before_and_after_the_pool(_in_order(network, probe))
    stages = tuple(_grouped(spatial))
    if stages and _is_a_neck(rest):
        yield stages, Neck(rest, relu=False)
        yield stages, Neck(rest, relu=True)  # DenseNet rectifies between its features and its pool
    if hasattr(network, "forward_features"):
        if stages:
            yield stages, PreLogits(network)
        yield (ForwardFeatures(network),), PreLogits(network)


def _in_order(network: nn.Module, probe: Tensor) -> list[tuple[nn.Module, int]]:
    """Return the network's parts in the order they run, and the number of dimensions of each output."""
    parts: list[nn.Module] = []
    for name, child in network.named_children():
        parts.extend(child.children() if name in _CONTAINERS else [child])
    ran: list[tuple[nn.Module, int]] = []

    def note(module: nn.Module, _: object, output: object) -> None:
        ran.append((module, output.ndim if isinstance(output, Tensor) else 0))

    hooks = [part.register_forward_hook(note) for part in parts]
    try:
        network(probe)
    finally:
        for hook in hooks:
            hook.remove()
    return ran


def _before_and_after_the_pool(
    ran: list[tuple[nn.Module, int]],
) -> tuple[list[nn.Module], list[nn.Module]]:
    """Split where a part no longer returns maps [n, C, h, w], or pools them to one cell."""
    parts = [part for part, _ in ran]
    end = next(
        (i for i, (part, dimensions) in enumerate(ran) if dimensions != 4 or ends_in_a_pool(part)),
        len(ran),
    )
    while end and isinstance(parts[end - 1], nn.Identity):
        end -= 1  # a classifier taken off, not a layer
    return parts[:end], parts[end:]


def _is_a_neck(modules: list[nn.Module]) -> bool:
    """Return whether these are only a classifier's layers: a body among them would hide the last map."""
    parts = [part for module in modules for part in module.modules()]
    linears = sum(isinstance(part, nn.Linear) for part in parts)
    return linears <= _MOST_LINEARS_IN_A_NECK and not any(
        isinstance(part, nn.MultiheadAttention) for part in parts
    )


def _grouped(modules: list[nn.Module]) -> Iterator[nn.Sequential]:
    """Join loose layers (a stem, a last convolution and its norm) into stages of their own."""
    loose: list[nn.Module] = []
    for module in modules:
        if _is_loose(module):
            loose.append(module)
        if loose and (not _is_loose(module) or isinstance(module, nn.MaxPool2d)):
            yield nn.Sequential(*loose)
            loose = []
        if not _is_loose(module):
            yield nn.Sequential(module)
    if loose:
        yield nn.Sequential(*loose)


def _is_loose(module: nn.Module) -> bool:
    """Return whether this is a single convolution, or layers without one (a norm, an activation, a pool)."""
    return isinstance(module, nn.Conv2d) or not any(
        isinstance(part, nn.Conv2d | nn.Linear) for part in module.modules()
    )
