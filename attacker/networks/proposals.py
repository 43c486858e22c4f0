"""Ways to cut a network into stages and a neck, proposed from the order in which its parts run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

from attacker.networks.heads import (
    ForwardFeatures,
    Neck,
    NeckFunction,
    PreLogits,
    Stages,
    channels_first,
    kind,
)

_CONTAINERS = ("blocks", "features", "layers", "stages", "trunk_output")
_MOST_LINEARS_IN_A_NECK = 3  # VGG's classifier has as many; a network's body after its last map has more


def proposals(network: Any, probe: Tensor) -> Iterator[tuple[Stages, NeckFunction]]:
    """Yield ways to cut a network: children in the order they run, then timm's own two halves.

    Parameters
    ----------
    network
        In evaluation mode; maps [n, 3, s, s] to [n, D].
    probe
        An input, [1, 3, s, s], whose way through the network is observed.

    Examples
    --------
    >>> import torch
    >>> probe = torch.ones(1, 3, 4, 4)
    >>> stages, neck = next(proposals(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten()), probe))
    >>> neck(stages[0](probe)).shape
    torch.Size([1, 8])
    """
    for stages, neck in _stages_and_neck(network, probe):
        turned = channels_first(stages, neck, probe)
        if turned is not None:
            yield turned


def _stages_and_neck(network: Any, probe: Tensor) -> Iterator[tuple[Stages, NeckFunction]]:
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
        (i for i, (part, dimensions) in enumerate(ran) if dimensions != 4 or _ends_in_a_pool(part)),
        len(ran),
    )
    while end and isinstance(parts[end - 1], nn.Identity):
        end -= 1  # a classifier taken off, not a layer
    return parts[:end], parts[end:]


def _ends_in_a_pool(module: nn.Module) -> bool:
    """Return whether the last layer of a module pools over the whole map."""
    *_, last = module.modules()
    return any(kind(part).startswith(("adaptiveavgpool", "selectadaptivepool")) for part in (module, last))


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
